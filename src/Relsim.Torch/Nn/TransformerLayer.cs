using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Nn;

/// <summary>A layer of a transformer that can leave out the tokens that nobody reads. Letters: B rows, T tokens, Q of them, D width.</summary>
internal abstract class TransformerLayer(string name) : Module<Tensor, Tensor>(name)
{
    /// <summary>[B, T, D] to [B, T, D].</summary>
    public override Tensor forward(Tensor x) => Forward(x, x.shape[1]);

    /// <summary>[B, T, D] to the first <paramref name="rows"/> tokens [B, Q, D].</summary>
    public abstract Tensor Forward(Tensor x, long rows);

    /// <summary>The layers in order: [B, T, D] to the first <paramref name="rows"/> tokens [B, Q, D]; the last layer computes no other.</summary>
    public static Tensor Run(ModuleList<TransformerLayer> layers, Tensor input, long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input;
        for (int i = 0; i < layers.Count; i++)
        {
            Tensor before = x;
            x = layers[i].Forward(before, i == layers.Count - 1 ? rows : before.shape[1]); // [B, T, D], the last one [B, Q, D]
            if (i > 0)
            {
                before.Dispose();
            }
        }

        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>The layers of ViT and DINOv2, which transformers keeps in a list called `layer`.</summary>
internal sealed class ViTLayers : Module<Tensor, Tensor>
{
    private readonly ModuleList<TransformerLayer> layer;

    public ViTLayers(IEnumerable<TransformerLayer> layers)
        : base(nameof(ViTLayers))
    {
        layer = new ModuleList<TransformerLayer>([.. layers]);
        RegisterComponents();
    }

    /// <summary>[B, T, D] to [B, T, D].</summary>
    public override Tensor forward(Tensor x) => TransformerLayer.Run(layer, x, x.shape[1]);

    /// <summary>[B, T, D] to the first token [B, 1, D].</summary>
    public Tensor First(Tensor x) => TransformerLayer.Run(layer, x, 1);
}
