using System.Diagnostics.CodeAnalysis;

namespace Relsim.Torch.Encoders;

/// <summary>What became of one image file: an embedding, or the reason why there is none.</summary>
public sealed record EmbeddedImage
{
    /// <summary>The path as it was given.</summary>
    public required string Path { get; init; }

    /// <summary>What the model says, or null where the file cannot be read as an image.</summary>
    public RelationalEmbedding? Embedding { get; init; }

    /// <summary>Columns of the source in pixels, upright; 0 without an embedding.</summary>
    public int Width { get; init; }

    /// <summary>Rows of the source in pixels, upright; 0 without an embedding.</summary>
    public int Height { get; init; }

    /// <summary>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits; empty without an embedding.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Why there is no embedding, without the path; null where there is one.</summary>
    public string? Error { get; init; }

    /// <summary>Whether there is an embedding.</summary>
    [MemberNotNullWhen(true, nameof(Embedding))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Embedding is not null;
}
