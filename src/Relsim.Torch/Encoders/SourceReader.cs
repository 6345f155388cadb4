using System.Security.Cryptography;
using Relsim.Imaging;

namespace Relsim.Torch.Encoders;

/// <summary>A file that was read for embedding: prepared, or with the reason why it is no image.</summary>
internal sealed record SourceImage(string Path, PreparedImage? Prepared, string Sha256, string? Error)
{
    /// <summary>What became of a file that was prepared.</summary>
    public EmbeddedImage With(RelationalEmbedding embedding) => new()
    {
        Path = Path,
        Embedding = embedding,
        Width = Prepared!.SourceWidth,
        Height = Prepared.SourceHeight,
        Sha256 = Sha256,
    };

    /// <summary>What becomes of <paramref name="sources"/>, in order: those that were prepared are embedded together.</summary>
    public static EmbeddedImage[] Embed(IReadOnlyList<SourceImage> sources, RelationalEncoder encoder, CancellationToken cancellationToken)
    {
        RgbImage[] images = [.. sources.Where(source => source.Prepared is not null).Select(source => source.Prepared!.Image)];
        var embeddings = new Queue<RelationalEmbedding>(encoder.Embed(images, cancellationToken));
        return [.. sources.Select(source => source.Prepared is null ? new EmbeddedImage { Path = source.Path, Error = source.Error } : source.With(embeddings.Dequeue()))];
    }
}

/// <summary>Reads, hashes and prepares files. Thread-safe.</summary>
internal sealed class SourceReader(ImagePreprocessor preprocessor)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read as an image; the message names it and says why.</exception>
    public SourceImage Read(string path) => Read(preprocessor.Read(path), path);

    /// <summary>Hashes and prepares bytes; <paramref name="name"/> stands for them in messages.</summary>
    /// <exception cref="ImageDecodeException">They cannot be read as an image.</exception>
    public SourceImage Read(ReadOnlyMemory<byte> bytes, string name) =>
        new(name, preprocessor.Prepare(bytes, name), Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), null);

    /// <summary>As <see cref="Read(string)"/>, with the fault of a file that is no image as its reason, without the path.</summary>
    public SourceImage TryRead(string path)
    {
        try
        {
            return Read(path);
        }
        catch (ImageDecodeException e)
        {
            string prefix = $"{e.Name}: ";
            return new SourceImage(path, null, "", e.Message.StartsWith(prefix, StringComparison.Ordinal) ? e.Message[prefix.Length..] : e.Message);
        }
    }
}
