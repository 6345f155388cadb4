namespace Relsim.Torch.Weights;

/// <summary>How the names in a file relate to the names in a module.</summary>
internal sealed record WeightLoadOptions
{
    /// <summary>
    /// The module's name for a name in the file, or null for a tensor that is left out on purpose. Default: the same name.
    /// </summary>
    public Func<string, string?> Rename { get; init; } = name => name;
}
