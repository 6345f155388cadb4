namespace Relsim.Search;

/// <summary>What a file looked like when it was read.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Time of the last change, UTC.</param>
/// <param name="Sha256">SHA-256 of the bytes, 64 lower-case hexadecimal digits.</param>
public sealed record FileState(long Size, DateTimeOffset Modified, string Sha256);

/// <summary>What a model says about one picture.</summary>
/// <param name="Relational">Relational embedding, L2-normalised, of the store's dimension.</param>
/// <param name="Attribute">Attribute embedding, L2-normalised, of the store's dimension; empty where the model has none.</param>
/// <param name="Interest">Probability in [0, 1] that the picture holds a relation at all; null where the model does not say.</param>
/// <param name="Width">Columns of the picture as decoded.</param>
/// <param name="Height">Rows of the picture as decoded.</param>
public sealed record ImageEmbedding(float[] Relational, float[] Attribute, float? Interest, int Width, int Height);

/// <summary>One picture of a store.</summary>
/// <param name="Path">The path it was added under; unique.</param>
/// <param name="File">The file when it was embedded.</param>
/// <param name="Embedding">What the model said.</param>
public sealed record StoredImage(string Path, FileState File, ImageEmbedding Embedding);

/// <summary>A picture that could not be embedded.</summary>
/// <param name="Path">The path; it is not among the images.</param>
/// <param name="Reason">Why.</param>
/// <param name="Size">Bytes of the file then.</param>
/// <param name="Modified">Its time of the last change then, UTC.</param>
/// <param name="Occurred">When it was tried, UTC; set by the store.</param>
public sealed record StoredError(string Path, string Reason, long Size, DateTimeOffset Modified, DateTimeOffset Occurred = default);
