namespace Relsim.Torch.Encoders;

/// <summary>What the mini model says of one image.</summary>
/// <param name="Relational">Unit vector in the relational space, where texts live too.</param>
/// <param name="Attribute">Unit vector in the attribute space (colour, texture, subject).</param>
/// <param name="Interest">Probability, 0 to 1, that the image shows a relation at all.</param>
public sealed record MiniEmbedding(float[] Relational, float[] Attribute, float Interest);
