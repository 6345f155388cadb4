using TorchSharp;
using TorchSharp.Modules;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2), if wanted with a running average of the weights. Its state is plain named tensors,
/// so a checkpoint can hold it exactly; TorchSharp's own optimiser keeps it where no checkpoint of ours reaches.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private readonly List<Slot> _slots = [];
    private readonly List<Follower> _followers = [];
    private readonly AdamWOptions _options;
    private readonly Scalar _secondKept;
    private readonly Scalar _secondNew;
    private readonly Scalar _epsilon;

    /// <summary>
    /// Trains the module's parameters that want a gradient; its floating-point buffers (the norms' statistics) only take part in the average. Frozen
    /// parameters cost nothing here: they may lie on a mapped file and be far larger than what is trained.
    /// </summary>
    public AdamW(nn.Module module, AdamWOptions options)
    {
        _options = options;
        _secondKept = options.Beta2;
        _secondNew = 1 - options.Beta2;
        _epsilon = options.Epsilon;
        using IDisposable frozen = no_grad();
        foreach ((string name, Parameter value) in module.named_parameters().Where(p => p.parameter.requires_grad))
        {
            Tensor first = zeros_like(value).DetachFromDisposeScope();
            Tensor second = zeros_like(value).DetachFromDisposeScope();
            _slots.Add(new Slot(value, name, first, second));
        }

        if (options.AverageDecay is not null)
        {
            _followers.AddRange(_slots.Select(slot => Follow(slot.Name, slot.Parameter)));
            _followers.AddRange(module.named_buffers().Where(b => b.buffer.is_floating_point()).Select(b => Follow(b.name, b.buffer)));
        }
    }

    /// <summary>Steps taken; part of the state.</summary>
    public long Step { get; set; }

    /// <summary>Every tensor of the state by name; load a checkpoint by copying into them.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _slots.SelectMany(slot => new[]
    {
        ($"first.{slot.Name}", slot.First), ($"second.{slot.Name}", slot.Second),
    }).Concat(_followers.Select(follower => ($"average.{follower.Name}", follower.Average)));

    /// <summary>Scales the gradients to the given norm, moves the weights, and forgets the gradients. Returns the norm before scaling.</summary>
    public double Update(double learningRate, double clipNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Step++;
        double norm = nn.utils.clip_grad_norm_(_slots.Select(slot => slot.Parameter), clipNorm);
        foreach (Slot slot in _slots)
        {
            if (slot.Parameter.grad is { } gradient)
            {
                Move(slot, gradient, learningRate);
                gradient.zero_();
            }
        }

        // Early on the average follows closely: it must not remember the random start.
        double decay = Math.Min(_options.AverageDecay ?? 0, (1.0 + Step) / (10.0 + Step));
        foreach (Follower follower in _followers)
        {
            follower.Average.lerp_(follower.Value, 1 - decay);
        }

        return norm;
    }

    /// <summary>Exchanges weights and averaged weights; call again to exchange back. Nothing happens where no average is kept.</summary>
    public void SwapAverage()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach (Follower follower in _followers)
        {
            Tensor held = follower.Value.detach().clone();
            follower.Value.copy_(follower.Average);
            follower.Average.copy_(held);
        }
    }

    public void Dispose()
    {
        foreach ((string _, Tensor tensor) in State)
        {
            tensor.Dispose();
        }

        _secondKept.Dispose();
        _secondNew.Dispose();
        _epsilon.Dispose();
    }

    private void Move(Slot slot, Tensor gradient, double learningRate)
    {
        using Scalar stride = -learningRate / (1 - Math.Pow(_options.Beta1, Step));
        using Scalar correction = Math.Sqrt(1 - Math.Pow(_options.Beta2, Step));
        slot.First.lerp_(gradient, 1 - _options.Beta1);
        slot.Second.mul_(_secondKept).addcmul_(gradient, gradient, _secondNew);
        if (_options.DecayVectors || slot.Parameter.ndim > 1)
        {
            using Scalar kept = 1 - (learningRate * _options.WeightDecay);
            slot.Parameter.mul_(kept);
        }

        Tensor denominator = slot.Second.sqrt().div_(correction).add_(_epsilon, One);
        slot.Parameter.addcdiv_(slot.First, denominator, stride);
    }

    private static Follower Follow(string name, Tensor value) => new(name, value, value.clone().DetachFromDisposeScope());

    private sealed record Slot(Parameter Parameter, string Name, Tensor First, Tensor Second);

    private sealed record Follower(string Name, Tensor Value, Tensor Average);
}

/// <summary>The constants of <see cref="AdamW"/>. Defaults are the mini model's.</summary>
internal sealed record AdamWOptions
{
    /// <summary>Decoupled weight decay, a share of the learning rate.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Share of the old value in the running average of the weights; null, the default: no average is kept.</summary>
    public double? AverageDecay { get; init; }

    /// <summary>Share of the old value in the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Share of the old value in the second moment.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether biases and norms decay too, as they do in the published relsim training; default: matrices and kernels alone.</summary>
    public bool DecayVectors { get; init; }
}
