using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Nn;

/// <summary>
/// What was lost when an adapter was merged into weights of a narrower type than float32. Norms are Frobenius norms.
/// </summary>
/// <param name="RoundingNorm">Norm of the stored sum minus the sum in float32.</param>
/// <param name="WeightNorm">Norm of the sum in float32, W + s B A.</param>
/// <param name="ChangeNorm">Norm of the adapter's part, s B A.</param>
/// <param name="LargestChange">Largest absolute value of the adapter's part.</param>
internal sealed record LoraDrift(double RoundingNorm, double WeightNorm, double ChangeNorm, double LargestChange)
{
    /// <summary>The rounding as a part of the weight; 0 where the weight is stored in float32.</summary>
    public double Relative => Ratio(RoundingNorm, WeightNorm);

    /// <summary>The rounding as a part of what the adapter changes: above 1, little of the adapter is left.</summary>
    public double RelativeToChange => Ratio(RoundingNorm, ChangeNorm);

    /// <summary>Measures one layer: <paramref name="sum"/> and <paramref name="change"/> in float32, <paramref name="stored"/> in the weight's type.</summary>
    public static LoraDrift Measure(Tensor sum, Tensor change, Tensor stored)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rounding = stored.to_type(ScalarType.Float32) - sum;
        return new LoraDrift(Norm(rounding), Norm(sum), Norm(change), change.numel() == 0 ? 0 : change.abs().max().item<float>());
    }

    /// <summary>All of <paramref name="parts"/> as one weight.</summary>
    public static LoraDrift Total(IReadOnlyCollection<LoraDrift> parts) => new(
        Math.Sqrt(parts.Sum(part => part.RoundingNorm * part.RoundingNorm)),
        Math.Sqrt(parts.Sum(part => part.WeightNorm * part.WeightNorm)),
        Math.Sqrt(parts.Sum(part => part.ChangeNorm * part.ChangeNorm)),
        parts.Select(part => part.LargestChange).DefaultIfEmpty(0).Max());

    private static double Norm(Tensor tensor) => tensor.norm().item<float>();

    private static double Ratio(double part, double whole) => part == 0 ? 0 : part / whole;
}
