using Relsim.Torch.Encoders;

namespace Relsim.Evaluation.Calibration;

/// <summary>What is asked of a <see cref="Calibrator"/>.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Precision that a threshold is chosen for where none is asked for.</summary>
    public const double DefaultPrecision = 0.9;

    /// <summary>Fewest pairs for which isotonic regression is the default; below, its steps follow noise.</summary>
    public const int PairsForIsotonic = 200;

    /// <summary>The kind of curve; null: logistic below <see cref="PairsForIsotonic"/> pairs, else isotonic.</summary>
    public CalibrationMethod? Method { get; init; }

    /// <summary>The space of the scores.</summary>
    public EmbeddingSpace Space { get; init; } = EmbeddingSpace.Relational;

    /// <summary>Precision, above 0 and at most 1, that the threshold must reach, or the fit fails; null: <see cref="DefaultPrecision"/>, and no threshold where it is out of reach.</summary>
    public double? Precision { get; init; }

    /// <summary>Folds of the cross-validation, 2 to 10.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Seed of the folds.</summary>
    public int Seed { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of range; the message names it.</exception>
    internal void Validate()
    {
        if (Precision is { } precision && !(precision is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Precision), precision, "A precision is above 0 and at most 1.");
        }

        if (Folds is < 2 or > 10)
        {
            throw new ArgumentOutOfRangeException(nameof(Folds), Folds, "Folds are 2 to 10.");
        }
    }
}
