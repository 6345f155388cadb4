using Relsim.Torch.Nn.Int8;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>
/// A linear layer y = x W^T + b that a low-rank adapter may join: y + s (x A^T) B^T (Hu et al. 2021, equation 3).
/// Letters: I inputs, O outputs, r rank, s the adapter's scale.
/// </summary>
/// <remarks>Order and types of the sum: huggingface/peft 0.14.0, `tuners/lora/layer.py`, `Linear.forward`, without dropout.</remarks>
internal sealed class LoraLinear : WeightLayer
{
    private Parameter weight;
    private Parameter? bias;

    [ComponentName(Name = "lora_A")]
    private Parameter? loraA;

    [ComponentName(Name = "lora_B")]
    private Parameter? loraB;

    private Scalar? scale;
    private BaseWeight? replaced;
    private Int8Weight? bytes;

    public LoraLinear(long inputs, long outputs, bool bias)
        : base(nameof(LoraLinear))
    {
        weight = Shaped(outputs, inputs);
        this.bias = bias ? Shaped(outputs) : null;
        RegisterComponents();
    }

    /// <summary>I.</summary>
    public long Inputs => weight.shape[1];

    /// <summary>O.</summary>
    public long Outputs => weight.shape[0];

    /// <summary>Where the weight lies.</summary>
    public Device Device => bytes is null ? weight.device : CPU;

    /// <summary>Whether an adapter has joined, merged or not.</summary>
    public bool HasAdapter => loraA is not null;

    /// <summary>Whether the weight is W + s B A just now.</summary>
    public bool IsMerged => replaced is not null;

    /// <summary>Whether the weight is kept in bytes.</summary>
    public bool IsQuantized => bytes is not null;

    /// <summary>The adapter's A [r, I] and B [O, r], which stay the layer's.</summary>
    /// <exception cref="InvalidOperationException">No adapter has joined.</exception>
    public (Tensor A, Tensor B) Adapter => (Joined(loraA), Joined(loraB));

    public override Tensor forward(Tensor input)
    {
        if (loraA is null || IsMerged)
        {
            return Base(input);                                                 // [..., O]
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor result = Base(input);                                             // [..., O]
        Tensor low = functional.linear(input.to_type(loraA.dtype), loraA);       // [..., r]
        Tensor change = functional.linear(low, Joined(loraB)).mul(Joined(scale)); // [..., O]
        return result.add(change, One).to_type(result.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Lets an adapter join, unmerged; both tensors become the layer's own.</summary>
    /// <param name="a">A [r, I].</param>
    /// <param name="b">B [O, r], of A's type.</param>
    /// <param name="adapterScale">s.</param>
    /// <param name="trainable">Whether gradients flow to A and B; they must not lie on a mapped file then.</param>
    /// <exception cref="InvalidOperationException">One has joined already.</exception>
    /// <exception cref="ArgumentException">The shapes or types do not fit.</exception>
    public void Attach(Tensor a, Tensor b, double adapterScale, bool trainable = false)
    {
        if (HasAdapter)
        {
            throw new InvalidOperationException("An adapter has joined this layer already; detach it first.");
        }

        if (a.dim() != 2 || b.dim() != 2 || a.shape[1] != Inputs || b.shape[0] != Outputs || a.shape[0] != b.shape[1] || a.dtype != b.dtype)
        {
            throw new ArgumentException(
                $"A [{string.Join(", ", a.shape)}] of {a.dtype} and B [{string.Join(", ", b.shape)}] of {b.dtype} do not fit a layer [{Outputs}, {Inputs}].", nameof(a));
        }

        loraA = new Parameter(a.DetachFromDisposeScope(), trainable);
        loraB = new Parameter(b.DetachFromDisposeScope(), trainable);
        scale = adapterScale;
        ConditionallyRegisterParameter("lora_A", loraA);
        ConditionallyRegisterParameter("lora_B", loraB);
    }

    /// <summary>Takes the adapter away, unmerging first; nothing happens where there is none.</summary>
    public void Detach()
    {
        Unmerge();
        ConditionallyRegisterParameter("lora_A", null);
        ConditionallyRegisterParameter("lora_B", null);
        loraA?.Dispose();
        loraB?.Dispose();
        loraA = loraB = null;
        scale = null;
    }

    /// <summary>
    /// Puts W + s B A, summed in float32 and stored in W's type, in W's place. W itself is kept untouched, so that
    /// <see cref="Unmerge"/> restores it bit for bit; where it lies on a mapped file that takes no memory.
    /// </summary>
    /// <exception cref="InvalidOperationException">No adapter has joined, or it is merged already, or the weight is kept in bytes.</exception>
    public LoraDrift Merge()
    {
        (Tensor a, Tensor b) = Adapter;
        if (IsQuantized)
        {
            throw new InvalidOperationException("This layer's weight is kept in bytes, where an adapter's change would drown; leave it unmerged.");
        }

        if (IsMerged)
        {
            throw new InvalidOperationException("The adapter is merged already.");
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor change = b.to_type(ScalarType.Float32).matmul(a.to_type(ScalarType.Float32)).mul_(Joined(scale)); // [O, I]
        Tensor sum = weight.to_type(ScalarType.Float32).add(change, One);
        Tensor stored = sum.to_type(weight.dtype, copy: true);
        var drift = LoraDrift.Measure(sum, change, stored);
        replaced = new BaseWeight(weight);
        weight = new Parameter(stored.DetachFromDisposeScope(), requires_grad: false);
        ConditionallyRegisterParameter(nameof(weight), weight);
        return drift;
    }

    /// <summary>
    /// Computes with <paramref name="weight"/>, which becomes the layer's own, from now on; the floating-point weight is let go. An adapter adds its change as
    /// before.
    /// </summary>
    /// <exception cref="InvalidOperationException">An adapter is merged.</exception>
    /// <exception cref="ArgumentException">The shape is not [O, I].</exception>
    public void Quantize(Int8Weight weight)
    {
        if (IsMerged)
        {
            throw new InvalidOperationException("An adapter is merged into this layer's weight; unmerge it before the weight is replaced.");
        }

        if (weight.Inputs != Inputs || weight.Outputs != Outputs)
        {
            throw new ArgumentException($"A weight [{weight.Outputs}, {weight.Inputs}] does not fit a layer [{Outputs}, {Inputs}].", nameof(weight));
        }

        Replace(ref this.weight, Shaped(Outputs, Inputs)); // keeps the shape, in no memory, and is no parameter
        ConditionallyRegisterParameter(nameof(this.weight), null);
        bytes?.Dispose();
        bytes = weight;
    }

    /// <summary>Puts the original W back; nothing happens where no adapter is merged.</summary>
    public void Unmerge()
    {
        if (replaced is null)
        {
            return;
        }

        using Parameter merged = weight;
        weight = replaced.Value;
        if (weight.dtype != merged.dtype || weight.device_type != merged.device_type || weight.device_index != merged.device_index)
        {
            Replace(ref weight, new Parameter(weight.to(merged.dtype, merged.device), weight.requires_grad)); // the module was moved since
        }

        replaced = null;
        ConditionallyRegisterParameter(nameof(weight), weight);
    }

    /// <exception cref="InvalidOperationException">An adapter is merged into the weight that would be replaced.</exception>
    protected override void Assign(string name, Parameter parameter)
    {
        if (name == nameof(weight))
        {
            if (IsMerged)
            {
                throw new InvalidOperationException("An adapter is merged into this layer's weight; unmerge it before another weight is bound.");
            }

            Replace(ref weight, parameter);
            bytes?.Dispose();
            bytes = null;
        }
        else
        {
            bias?.Dispose();
            bias = parameter;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            replaced?.Value.Dispose();
            bytes?.Dispose();
            weight.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Base(Tensor input) =>
        bytes is null ? functional.linear(input, weight, bias) : Int8Linear.Forward(input, bytes, bias);

    private static T Joined<T>(T? part)
        where T : class =>
        part ?? throw new InvalidOperationException("No adapter has joined this layer.");

    /// <summary>The weight that a merged one stands for; wrapped, because a module takes every tensor among its fields for its own.</summary>
    private sealed record BaseWeight(Parameter Value);
}
