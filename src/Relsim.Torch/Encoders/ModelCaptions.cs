using Relsim.Search;
using Relsim.Torch.Native;

namespace Relsim.Torch.Encoders;

/// <summary>The anonymous captions that a model gives its reasons in: a text file of one caption a line, embedded by the model's text tower.</summary>
public static class ModelCaptions
{
    /// <summary>File name within a model's folder.</summary>
    public const string FileName = "captions.txt";

    private const int TextsPerPass = 256;

    /// <summary>
    /// The captions beside a model, or, where its folder has none, those that ship with the program; empty where neither exists or
    /// the model embeds no texts. Blank lines and repetitions are passed over.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CaptionBank Load(RelationalEncoder encoder, string folder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return Embed(encoder, encoder.CanEmbedTexts && FindFile(folder) is { } path ? File.ReadAllLines(path) : []);
    }

    /// <summary>Embeds captions into a bank, in order; blank ones and repetitions are passed over.</summary>
    public static CaptionBank Embed(RelationalEncoder encoder, IEnumerable<string> captions)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(captions);
        string[] distinct = [.. captions.Select(caption => caption.Trim()).Where(caption => caption.Length > 0).Distinct(StringComparer.Ordinal)];
        int dimension = encoder.RelationalDimension;
        float[] embeddings = new float[distinct.Length * dimension];
        int row = 0;
        // Texts are too little work for a small model to wake other threads for: they doubled a program's start.
        using OneThreadScope? oneThread = encoder.Shape.SideBySide ? new OneThreadScope() : null;
        foreach (float[] embedding in distinct.Chunk(TextsPerPass).SelectMany(encoder.EmbedTexts))
        {
            embedding.CopyTo(embeddings, row++ * dimension);
        }

        return new CaptionBank(distinct, embeddings, dimension);
    }

    /// <summary>The file that <see cref="Load"/> reads for a model's folder, or null.</summary>
    public static string? FindFile(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new[] { folder, MiniEncoder.DefaultFolder }.Select(place => Path.Combine(place, FileName)).FirstOrDefault(File.Exists);
    }
}
