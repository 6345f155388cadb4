namespace Relsim.Scenes;

/// <summary>A picture before it is painted: what stands where, in which look.</summary>
/// <param name="Look">Subjects and style.</param>
/// <param name="Elements">Painted in order, in the unit square (y down).</param>
/// <param name="Seed">Drives the painter's own grain: wobble, texture, noise.</param>
public sealed record Scene(Look Look, IReadOnlyList<Element> Elements, ulong Seed);
