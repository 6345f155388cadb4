using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using Relsim.Imaging;
using Relsim.Torch.Captioning;

namespace Relsim.Evaluation.Methods;

/// <summary>Captions of pictures: those that the pool brings, or a captioner's, which are kept.</summary>
internal abstract class CaptionSource : IDisposable
{
    /// <summary>What the captions depend on beside the picture.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Pictures that are asked about at once.</summary>
    public virtual int ImagesPerCommit => 256;

    /// <summary>A caption a picture, in order, or the reason why there is none.</summary>
    public abstract Task<IReadOnlyList<(string? Text, string? Error)>> CaptionAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken);

    /// <summary>Frees the captioner, where there is one.</summary>
    public abstract void Dispose();
}

/// <summary>The column <c>caption</c> of the pool's manifest.</summary>
internal sealed class PoolCaptions : CaptionSource
{
    private const string ColumnName = "caption";

    private readonly Dictionary<string, string?> _captions;

    /// <exception cref="InvalidDataException">No picture has one.</exception>
    public PoolCaptions(IReadOnlyList<PoolImage> pool)
    {
        // Pictures of equal bytes may carry different captions; the first one's is taken.
        _captions = pool.DistinctBy(image => image.Sha256).ToDictionary(image => image.Sha256, image => image.Column(ColumnName), StringComparer.Ordinal);
        if (!_captions.Values.Any(caption => !string.IsNullOrWhiteSpace(caption)))
        {
            throw new InvalidDataException($"No picture of the pool has a text in the column '{ColumnName}'. Name a captioner instead (--captioner).");
        }

        string all = string.Join('\n', _captions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
        Fingerprint = $"pool-captions-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16]}";
    }

    public override string Fingerprint { get; }

    public override Task<IReadOnlyList<(string? Text, string? Error)>> CaptionAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(string?, string?)>>([.. images.Select(image =>
            _captions[image.Sha256] is { } text && !string.IsNullOrWhiteSpace(text) ? (text, (string?)null) : (null, "the pool's manifest has no caption of it"))]);

    public override void Dispose()
    {
    }
}

/// <summary>A captioner's answers at temperature 0; each picture is asked about once and its caption kept.</summary>
internal sealed class AskedCaptions : CaptionSource
{
    private const int AtOnce = 8;

    private readonly IChatClient _client;
    private readonly AnonymousCaptioner _captioner;
    private readonly RowCache _cache;
    private readonly Dictionary<string, string> _known;
    private readonly ImageDecoder _decoder = new();

    public AskedCaptions(CaptionModel model, string prompt, RowCache cache)
    {
        (_client, string fingerprint) = model.Open();
        var options = new CaptionOptions { Prompt = prompt, Temperature = 0 };
        _captioner = new AnonymousCaptioner(_client, options);
        _cache = cache;
        string asked = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)))[..8];
        Fingerprint = $"{fingerprint}-prompt-{asked}-{options.MaxTokens}";
        _known = cache.Captions(Fingerprint).ToDictionary(StringComparer.Ordinal);
    }

    public override string Fingerprint { get; }

    // Each answer costs seconds, or money: few are lost when a run is killed.
    public override int ImagesPerCommit => Math.Max(_captioner.BatchSize, AtOnce);

    public override async Task<IReadOnlyList<(string? Text, string? Error)>> CaptionAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken)
    {
        PoolImage[] open = [.. images.Where(image => !_known.ContainsKey(image.Sha256)).DistinctBy(image => image.Sha256)];
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (PoolImage[] portion in open.Chunk(ImagesPerCommit))
        {
            (PoolImage Image, string? Text, string? Error)[] answers = await AskAsync(portion, cancellationToken).ConfigureAwait(false);
            _cache.AddCaptions(Fingerprint, answers.Where(answer => answer.Text is not null).Select(answer => (answer.Image.Sha256, answer.Text!)));
            foreach ((PoolImage image, string? text, string? error) in answers)
            {
                if (text is not null)
                {
                    _known[image.Sha256] = text;
                }
                else
                {
                    errors[image.Sha256] = error!;
                }
            }
        }

        return [.. images.Select(image => errors.TryGetValue(image.Sha256, out string? error) ? (null, error)
            : string.IsNullOrWhiteSpace(_known[image.Sha256]) ? (null, "the captioner's answer is empty")
            : (_known[image.Sha256], (string?)null))];
    }

    public override void Dispose() => _client.Dispose();

    /// <summary>A local model is asked about many pictures at once, a service about several side by side.</summary>
    private async Task<(PoolImage Image, string? Text, string? Error)[]> AskAsync(PoolImage[] images, CancellationToken cancellationToken)
    {
        var answers = new (PoolImage, string?, string?)[images.Length];
        var readable = new List<(int Index, EncodedImage Image)>();
        for (int i = 0; i < images.Length; i++)
        {
            try
            {
                readable.Add((i, new EncodedImage(_decoder.ReadFile(images[i].Path), images[i].Path)));
            }
            catch (ImageDecodeException e)
            {
                answers[i] = (images[i], null, e.Reason);
            }
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(readable.Chunk(_captioner.BatchSize), parallel, async (batch, token) =>
        {
            IReadOnlyList<IReadOnlyList<AnonymousCaption>> captions = await _captioner.CaptionAsync([.. batch.Select(item => item.Image)], token).ConfigureAwait(false);
            for (int i = 0; i < batch.Length; i++)
            {
                answers[batch[i].Index] = (images[batch[i].Index], captions[i][0].Text, null);
            }
        }).ConfigureAwait(false);
        return answers;
    }
}
