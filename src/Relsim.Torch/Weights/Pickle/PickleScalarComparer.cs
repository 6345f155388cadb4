namespace Relsim.Torch.Weights.Pickle;

/// <summary>Equality of the keys that a pickled dict or set may have, with hash codes that a file's author cannot foresee.</summary>
internal sealed class PickleScalarComparer : IEqualityComparer<object>
{
    /// <summary>The one there is.</summary>
    public static PickleScalarComparer Instance { get; } = new();

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public int GetHashCode(object obj) => HashCode.Combine(obj);
}
