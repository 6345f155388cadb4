using Relsim.Imaging;

namespace Relsim.Evaluation.Descriptors;

/// <summary>A classic, untrained description of what an image looks like: the yardstick beside learned embeddings.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="Dimensions">Length of the vectors.</param>
/// <param name="Describe">
/// Image of any size to an L2-normalised vector (all zero where the description is empty, as gradients of a flat image are). Thread-safe.
/// </param>
/// <param name="Source">Where the description is published, and the settings used.</param>
/// <param name="Version">Raised whenever the vectors of equal images change; from 1.</param>
public sealed record ImageDescriptor(string Name, int Dimensions, Func<RgbImage, float[]> Describe, string Source, int Version = 1);
