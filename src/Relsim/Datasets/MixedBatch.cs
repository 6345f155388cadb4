namespace Relsim.Datasets;

/// <summary>What the mini model sees at one training step.</summary>
/// <param name="Scenes">Pictures of relations, or of none.</param>
/// <param name="Panels">Pictures of a before and an after, by transformation; their captions are a bank of their own.</param>
/// <param name="Problems">Pictures parted by rules.</param>
public sealed record MixedBatch(RelationalBatch Scenes, RelationalBatch? Panels = null, ProblemBatch? Problems = null);
