using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Nn;

/// <summary>A row of a table for each token id.</summary>
internal sealed class TokenEmbedding : WeightLayer
{
    private Parameter weight;

    public TokenEmbedding(long tokens, long width)
        : base(nameof(TokenEmbedding))
    {
        weight = Shaped(tokens, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids) => weight.index_select(0, ids.flatten()).view([.. ids.shape, weight.shape[1]]); // [...] -> [..., D]

    protected override void Assign(string name, Parameter parameter) => Replace(ref weight, parameter);
}
