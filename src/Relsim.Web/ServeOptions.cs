using System.Net;
using Relsim.Imaging;

namespace Relsim.Web;

/// <summary>What is served, to whom, and how much of the machine that may take.</summary>
public sealed record ServeOptions
{
    /// <summary>The port where none is named.</summary>
    public const int DefaultPort = 5177;

    /// <summary>Library file, or a folder of pictures, which is its own library and is brought up to date at the start.</summary>
    public required string Library { get; init; }

    /// <summary>Loads the model; it is called once, in the background, and the server owns what it returns.</summary>
    public required Func<RelsimModel> LoadModel { get; init; }

    /// <summary>Address to bind to; default 127.0.0.1. Anything that is not loopback needs <see cref="ApiKey"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port, 0 for any free one; default <see cref="DefaultPort"/>.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>
    /// Folders whose pictures may be served and added. Default: the library's folder where it is one, else the folders of the pictures that the library file holds at the start.
    /// </summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>The key that every request must then show; null asks for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether pictures may be named by http(s) addresses, which the server then fetches; default false.</summary>
    public bool AllowFetch { get; init; }

    /// <summary>Folder of evaluation reports to list, or null.</summary>
    public string? Reports { get; init; }

    /// <summary>Folder of thumbnails; null keeps them in the user's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Requests a second of one client, bursts of ten times that allowed; 0 for no limit. Default 0 on loopback, 100 beyond it.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Images and texts that may wait to be embedded; default 512.</summary>
    public int QueueCapacity { get; init; } = 512;

    /// <summary>Most bytes of a request; default 32 MiB.</summary>
    public long MaxRequestBytes { get; init; } = 32L << 20;

    /// <summary>Most bytes of the bodies of all requests at once; default 512 MiB. More are asked to come again.</summary>
    public long MaxBytesInFlight { get; init; } = 512L << 20;

    /// <summary>Longest time for one request of the API; default 60 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long requests may go on once the server is told to stop; default 30 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limits on pictures that clients send: default 24 MiB, 64 million pixels, 20 s.</summary>
    public ImageDecoderOptions Limits { get; init; } = new() { MaxBytes = 24L << 20, MaxPixels = 64_000_000, Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Whether only this machine can reach the server.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>The limit that holds.</summary>
    internal int RateLimit => RequestsPerSecond ?? (IsLoopback ? 0 : 100);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is not allowed; the message names it and the remedy.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Library);
        ArgumentNullException.ThrowIfNull(LoadModel);
        ArgumentOutOfRangeException.ThrowIfNegative(RateLimit, nameof(RequestsPerSecond));
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRequestBytes, 1);
        if (Port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new ArgumentException($"The port {Port} is none: give 0 to {IPEndPoint.MaxPort}.");
        }

        if (!IsLoopback && ApiKey is null)
        {
            throw new ArgumentException($"{Address} can be reached from other machines, so clients must show a key: set RELSIM_API_KEY or name a file with --api-key-file. Without one the server binds to loopback alone.");
        }

        if (ApiKey is { Length: < 16 })
        {
            throw new ArgumentException("The API key is shorter than 16 characters: it could be guessed. Make one with 'openssl rand -hex 32'.");
        }
    }
}
