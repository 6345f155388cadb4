using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2) with a running average of the weights. Its state is plain named tensors,
/// so a checkpoint can hold it exactly; TorchSharp's own optimiser keeps it where no checkpoint of ours reaches.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.98;
    private const double Epsilon = 1e-8;

    private readonly List<Slot> _slots = [];
    private readonly List<Follower> _followers = [];
    private readonly double _weightDecay;
    private readonly double _averageDecay;

    /// <summary>Trains the module's parameters; its floating-point buffers (the norms' statistics) only take part in the average.</summary>
    public AdamW(nn.Module module, double weightDecay, double averageDecay)
    {
        _weightDecay = weightDecay;
        _averageDecay = averageDecay;
        using IDisposable frozen = no_grad();
        foreach ((string name, Parameter value) in module.named_parameters())
        {
            Tensor first = zeros_like(value).DetachFromDisposeScope();
            Tensor second = zeros_like(value).DetachFromDisposeScope();
            _slots.Add(new Slot(value, name, first, second));
            _followers.Add(Follow(name, value));
        }

        _followers.AddRange(module.named_buffers().Where(b => b.buffer.is_floating_point()).Select(b => Follow(b.name, b.buffer)));
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
        double correction1 = 1 - Math.Pow(Beta1, Step);
        double correction2 = Math.Sqrt(1 - Math.Pow(Beta2, Step));
        // Early on the average follows closely: it must not remember the random start.
        double decay = Math.Min(_averageDecay, (1.0 + Step) / (10.0 + Step));
        foreach (Slot slot in _slots)
        {
            Tensor? gradient = slot.Parameter.grad;
            if (gradient is null)
            {
                continue;
            }

            slot.First.lerp_(gradient, 1 - Beta1);
            slot.Second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            if (slot.Parameter.ndim > 1)
            {
                slot.Parameter.mul_(1 - (learningRate * _weightDecay));
            }

            Tensor denominator = slot.Second.sqrt().div_(correction2).add_(Epsilon);
            slot.Parameter.addcdiv_(slot.First, denominator, -learningRate / correction1);
            gradient.zero_();
        }

        foreach (Follower follower in _followers)
        {
            follower.Average.lerp_(follower.Value, 1 - decay);
        }

        return norm;
    }

    /// <summary>Exchanges weights and averaged weights; call again to exchange back.</summary>
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
    }

    private static Follower Follow(string name, Tensor value) => new(name, value, value.clone().DetachFromDisposeScope());

    private sealed record Slot(Parameter Parameter, string Name, Tensor First, Tensor Second);

    private sealed record Follower(string Name, Tensor Value, Tensor Average);
}
