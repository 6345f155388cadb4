using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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

    /// <summary>Where the table is.</summary>
    public Device Device => weight.device;

    public override Tensor forward(Tensor ids) => weight.index_select(0, ids.flatten()).view([.. ids.shape, weight.shape[1]]); // [...] -> [..., D]

    /// <summary>The rows of the ids 0, 1, ..., where they lie in the table, not to be written: [count, D].</summary>
    public Tensor First(long count) => weight.narrow(0, 0, count);

    /// <summary>How much each token of the table is meant by <paramref name="hidden"/> [..., D]: the head of a model whose head is the table, [..., V].</summary>
    public Tensor Logits(Tensor hidden) => functional.linear(hidden, weight); // [..., V]

    protected override void Assign(string name, Parameter parameter) => Replace(ref weight, parameter);
}
