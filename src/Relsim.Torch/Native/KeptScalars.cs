using TorchSharp;

namespace Relsim.Torch.Native;

/// <summary>
/// Numbers that operations take as scalars, kept for good. One that is made for a single call, as `x * 0.5f`, `a + b` and `a.add_(b)` make it, may be
/// finalised while native code still reads it: docs/decisions/0010-scalars-live-as-long-as-their-call.md.
/// </summary>
internal static class KeptScalars
{
    /// <summary>0.</summary>
    public static readonly Scalar Zero = 0;

    /// <summary>1; the factor of the second term of every sum of tensors.</summary>
    public static readonly Scalar One = 1;

    /// <summary>2.</summary>
    public static readonly Scalar Two = 2;

    /// <summary>255, the largest value of a byte.</summary>
    public static readonly Scalar White = 255f;
}
