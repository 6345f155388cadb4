using Relsim.Imaging;

namespace Relsim.Datasets;

/// <summary>An image with ground truth, for benchmarks. Labels are numbers within their own list.</summary>
/// <param name="Image">The picture, prepared as the model takes it.</param>
/// <param name="Labels">What is true of it.</param>
public sealed record LabelledImage(RgbImage Image, ImageLabels Labels);

/// <summary>What is true of an image.</summary>
/// <param name="Relation">Its fine relation, or -1 where it has none.</param>
/// <param name="Family">The relation's family, or -1.</param>
/// <param name="HeldOut">Whether training never showed the family.</param>
/// <param name="Subject">Its main subject.</param>
/// <param name="Style">How it is painted.</param>
/// <param name="Look">Images of one look share subjects and style.</param>
public sealed record ImageLabels(int Relation, int Family, bool HeldOut, int Subject, int Style, int Look);

/// <summary>A text query with ground truth.</summary>
/// <param name="Text">An anonymous caption.</param>
/// <param name="Relation">The fine relation that it names.</param>
/// <param name="Family">The relation's family.</param>
/// <param name="HeldOut">Whether training never showed the family.</param>
public sealed record LabelledText(string Text, int Relation, int Family, bool HeldOut);
