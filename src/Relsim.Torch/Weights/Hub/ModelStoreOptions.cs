using System.Text;

namespace Relsim.Torch.Weights.Hub;

/// <summary>Where models come from and where they are kept.</summary>
public sealed record ModelStoreOptions
{
    /// <summary>The published hub.</summary>
    public static readonly Uri PublicHub = new("https://huggingface.co");

    /// <summary>What is pulled where <see cref="Include"/> says nothing else: what this library can read, in any folder of the model.</summary>
    public static readonly IReadOnlyList<string> DefaultInclude =
        ["*.safetensors", "*.json", "*.txt", "*.jinja", "*.model", "projection_and_config.pt", "*/projection_and_config.pt"];

    // The same weights for other programs, and the states of a training in between.
    private static readonly string[] NeverByDefault = ["onnx/*", "openvino/*", "checkpoint-*/*"];

    /// <summary>The folder that Python's huggingface_hub calls HF_HUB_CACHE.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The hub. Default: <see cref="PublicHub"/>.</summary>
    public Uri Endpoint { get; init; } = PublicHub;

    /// <summary>The access token, or null. It is sent to <see cref="Endpoint"/> alone, never to where that redirects. Default: null.</summary>
    public string? Token { get; init; }

    /// <summary>Use the cache alone and never the network. Default: false.</summary>
    public bool Offline { get; init; }

    /// <summary>Put copies into snapshots though the disk has symbolic links. Default: false.</summary>
    public bool CopyFiles { get; init; }

    /// <summary>
    /// Which files of a model are pulled: patterns over the whole path, where <c>*</c> also crosses folders. Default: <see cref="DefaultInclude"/>
    /// without other programs' formats; of a model without safetensors its pytorch_model.bin, of which nothing is executed when it is read.
    /// </summary>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>How many connections are open at once. Default: 8.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>Files above this many bytes come in ranges of it, several at once. Default: 64 MiB.</summary>
    public long RangeBytes { get; init; } = 64L << 20;

    /// <summary>How often a request is made again after the server or the connection failed. Default: 4, with pauses that double from one second on.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>How long a server may be silent before the connection counts as cut. Default: a minute.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest Retry-After that is waited for; a longer one is an error at once. Default: two minutes.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock of all pauses. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The longest list of a model's files that is read, in bytes.</summary>
    internal int MetadataBytes { get; init; } = 16 << 20;

    /// <summary>The bytes a user may still write in the folder.</summary>
    internal Func<string, long> FreeBytes { get; init; } = ReadFreeBytes;

    /// <summary>
    /// What the environment says, by the rules of huggingface_hub: HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME; HF_ENDPOINT; HF_TOKEN, HF_TOKEN_PATH;
    /// HF_HUB_OFFLINE; HF_HUB_DISABLE_SYMLINKS.
    /// </summary>
    /// <exception cref="HubException">A variable holds what it cannot; the message names it.</exception>
    public static ModelStoreOptions FromEnvironment() => HubEnvironment.Read(Environment.GetEnvironmentVariable);

    /// <summary>Whether a file of a model is pulled.</summary>
    internal bool Wants(string file)
    {
        bool Matches(string pattern) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, file, ignoreCase: false);
        return (Include ?? DefaultInclude).Any(Matches) && (Include is not null || !NeverByDefault.Any(Matches));
    }

    /// <exception cref="HubException">A value cannot be; the message names it.</exception>
    internal void Validate()
    {
        Require(Path.IsPathFullyQualified(CacheFolder), nameof(CacheFolder), CacheFolder, "a full path");
        Require(Endpoint.IsAbsoluteUri && Endpoint.Scheme is "http" or "https" && Endpoint.UserInfo.Length == 0, nameof(Endpoint), Endpoint.IsAbsoluteUri ? $"{Endpoint.Scheme}://{Endpoint.Host}" : Endpoint, "an address with http or https, without a user");
        Require(Connections is >= 1 and <= 64, nameof(Connections), Connections, "from 1 to 64");
        Require(RangeBytes >= 1, nameof(RangeBytes), RangeBytes, "at least 1");
        Require(Retries is >= 0 and <= 20, nameof(Retries), Retries, "from 0 to 20");
        Require(StallTimeout > TimeSpan.Zero && StallTimeout <= TimeSpan.FromHours(1), nameof(StallTimeout), StallTimeout, "above zero and at most an hour");
        if (Token is not null && (Token.Length == 0 || Token.Any(c => c is <= ' ' or > '~')))
        {
            // The value itself must not be in a message.
            throw new HubException(HubFailure.BadName, "The hub's token (HF_TOKEN or its file) holds characters that no token has; copy it again.");
        }
    }

    private static long ReadFreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (ArgumentException)
        {
            return long.MaxValue; // a network folder of Windows, which is no drive: only writing will show
        }
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new HubException(HubFailure.BadName, $"{name} must be {range}, not '{value}'.");
        }
    }

    // The token stays out of logs that print the options.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(System.Globalization.CultureInfo.InvariantCulture, $"CacheFolder = {CacheFolder}, Endpoint = {Endpoint}, Offline = {Offline}, Token = {(Token is null ? "none" : "set")}");
        return true;
    }
}
