using Relsim.Torch.Nn;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Tests.Weights.Peft;

/// <summary>A model of nothing but linear layers at given paths.</summary>
internal sealed class LayerTree : Module
{
    public LayerTree()
        : base(nameof(LayerTree))
    {
    }

    /// <summary>Layers of the given shapes with random weights, as if they had been bound.</summary>
    public static LayerTree Random(IEnumerable<(string Path, long Inputs, long Outputs)> layers, ScalarType type)
    {
        var tree = new LayerTree();
        foreach ((string path, long inputs, long outputs) in layers)
        {
            LoraLinear layer = tree.Add(path, inputs, outputs);
            layer.Bind("weight", randn(outputs, inputs).to_type(type).DetachFromDisposeScope());
        }

        return tree;
    }

    /// <summary>Adds a layer without weights.</summary>
    public LoraLinear Add(string path, long inputs, long outputs, bool bias = false)
    {
        string[] parts = path.Split('.');
        LayerTree at = this;
        foreach (string part in parts[..^1])
        {
            if (at.named_children().FirstOrDefault(child => child.name == part).module is not LayerTree next)
            {
                next = new LayerTree();
                at.register_module(part, next);
            }

            at = next;
        }

        var layer = new LoraLinear(inputs, outputs, bias);
        at.register_module(parts[^1], layer);
        return layer;
    }

    /// <summary>The layer at a path.</summary>
    public LoraLinear At(string path) => (LoraLinear)named_modules().First(named => named.name == path).module;
}
