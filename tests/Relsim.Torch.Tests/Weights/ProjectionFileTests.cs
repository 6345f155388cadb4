using Relsim.Torch.Tests.Weights.Pickle;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Weights;

public sealed class ProjectionFileTests
{
    [Fact]
    public void Open_ProjectionWithNotes_GivesBothTensorsAndTheId()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), TorchFiles.Zip(
            Projection([2, 3], [2]).Text("query_token_id").Integer(7).Op('s').Text("epoch").Integer(3).Op('s').Stop(), ("0", new byte[24]), ("1", new byte[8])));

        using var projection = ProjectionFile.Open(folder.File("a"));
        using Tensor weight = projection.Read("weight");

        Assert.Equal((2L, 3L, 7), (projection.EmbeddingSize, projection.HiddenSize, projection.QueryTokenId));
        Assert.Equal([2, 3], weight.shape);
        Assert.Equal(3L, projection.Notes["epoch"]);
        Assert.Equal("other", Assert.Throws<WeightsException>(() => projection.Read("other")).TensorName);
    }

    [Fact]
    public void Open_WithoutAQueryToken_HasNone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), TorchFiles.Zip(Projection([2, 3], [2]).Stop(), ("0", new byte[24]), ("1", new byte[8])));

        using var projection = ProjectionFile.Open(folder.File("a"));

        Assert.Null(projection.QueryTokenId);
    }

    [Fact]
    public void Open_WhatIsNotAProjection_SaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("query_token_id", Fault(folder, Projection([2, 3], [2]).Text("query_token_id").Text("7").Op('s')), StringComparison.Ordinal);
        Assert.Contains("linear layer", Fault(folder, Projection([3, 2], [2]).Text("query_token_id").Integer(7).Op('s')), StringComparison.Ordinal);
        Assert.Contains("weight and bias", Fault(folder, new PickleBytes().Op('}').Text("projection").Op('}').Op('s')), StringComparison.Ordinal);
        Assert.Contains("'projection'", Fault(folder, new PickleBytes().Op('}')), StringComparison.Ordinal);
        Assert.Contains("dict", Fault(folder, new PickleBytes().Op('N')), StringComparison.Ordinal);
    }

    private static string Fault(TemporaryFolder folder, PickleBytes pickle)
    {
        File.WriteAllBytes(folder.File("b"), TorchFiles.Zip(pickle.Stop(), ("0", new byte[24]), ("1", new byte[8])));
        return Assert.Throws<WeightsException>(() => ProjectionFile.Open(folder.File("b"))).Message;
    }

    private static PickleBytes Projection(long[] weight, long[] bias) => new PickleBytes().Op('}').Text("projection").Op('}').Op('(')
        .Text("weight").Tensor("FloatStorage", "0", 6, 0, weight, [weight[1], 1])
        .Text("bias").Tensor("FloatStorage", "1", 2, 0, bias, [1]).Op('u').Op('s');
}
