namespace Relsim.Search;

/// <summary>
/// What all embeddings of a store have in common. Embeddings of another model or another preprocessing are never mixed in.
/// </summary>
/// <param name="ModelId">Name and version of the model.</param>
/// <param name="ProfileFingerprint">Fingerprint of the preprocessing profile.</param>
/// <param name="RelationalDimension">Numbers in a relational embedding, at least 1.</param>
/// <param name="AttributeDimension">Numbers in an attribute embedding; 0 where the model has none.</param>
public sealed record StoreIdentity(string ModelId, string ProfileFingerprint, int RelationalDimension, int AttributeDimension)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"model {ModelId}, preprocessing {ProfileFingerprint}, {RelationalDimension}+{AttributeDimension} numbers";
}

/// <summary>A store was opened for another model or preprocessing than it was made with.</summary>
public sealed class StoreMismatchException : Exception
{
    /// <summary>Names the store, both identities and what to do.</summary>
    public StoreMismatchException(string path, StoreIdentity stored, StoreIdentity requested)
        : base($"{path} holds embeddings of [{stored}], but [{requested}] was asked for; the two cannot be compared. " +
               "Open it with the model it was made with, or add the pictures to a new library file.") =>
        (Stored, Requested) = (stored, requested);

    /// <summary>What the store holds.</summary>
    public StoreIdentity Stored { get; }

    /// <summary>What was asked for.</summary>
    public StoreIdentity Requested { get; }
}

/// <summary>A file is not an embedding store, is damaged, or is of a newer version; the message names it and says what to do.</summary>
public sealed class StoreFormatException : Exception
{
    /// <summary>Names the file and the reason.</summary>
    public StoreFormatException(string path, string reason, Exception? inner = null)
        : base($"{path}: {reason}", inner)
    {
    }
}
