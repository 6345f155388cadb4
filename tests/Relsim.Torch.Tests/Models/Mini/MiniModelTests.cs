using Relsim.Datasets;
using Relsim.Torch.Models.Mini;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Mini;

public sealed class MiniModelTests
{
    private const float Tolerance = 1e-5f;

    [Fact]
    public void EncodeImages_AnyPictures_EmbeddingsHaveUnitLength()
    {
        using DisposeScope scope = NewDisposeScope();
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        Tensor images = cat([TinyMini.ToTensor(TinyMini.Batch(1)), zeros(1, 3, 32, 32), ones(1, 3, 32, 32)]);

        ImageFeatures features = model.EncodeImages(images);

        foreach (Tensor embeddings in new[] { features.Relational, features.Attribute, model.EncodeTexts(["a row", ""]) })
        {
            Assert.All(embeddings.norm(1).data<float>().ToArray(), length => Assert.Equal(1f, length, Tolerance));
        }
    }

    [Fact]
    public void EncodeImages_Evaluation_APictureMeansTheSameAloneAndInAnyBatch()
    {
        using DisposeScope scope = NewDisposeScope();
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        Tensor images = TinyMini.ToTensor(TinyMini.Batch(1));
        int count = (int)images.shape[0];
        Tensor reversed = tensor(Enumerable.Range(0, count).Reverse().Select(i => (long)i).ToArray());

        ImageFeatures together = model.EncodeImages(images);
        ImageFeatures backwards = model.EncodeImages(images.index_select(0, reversed));

        for (int i = 0; i < count; i++)
        {
            ImageFeatures alone = model.EncodeImages(images.narrow(0, i, 1));
            AssertClose(alone.Relational, together.Relational.narrow(0, i, 1));
            AssertClose(alone.Attribute, together.Attribute.narrow(0, i, 1));
            AssertClose(alone.Interest, together.Interest.narrow(0, i, 1));
            AssertClose(alone.Relational, backwards.Relational.narrow(0, count - 1 - i, 1));
        }
    }

    [Fact]
    public void EncodeImages_Evaluation_GivesTheSameBitsEachTime()
    {
        using DisposeScope scope = NewDisposeScope();
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        Tensor images = TinyMini.ToTensor(TinyMini.Batch(1));

        float[] first = model.EncodeImages(images).Relational.data<float>().ToArray();

        Assert.Equal(first, model.EncodeImages(images).Relational.data<float>().ToArray());
    }

    [Fact]
    public void EncodeImages_Training_VariesThePicturesAndTheNorms()
    {
        using DisposeScope scope = NewDisposeScope();
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        Tensor images = TinyMini.ToTensor(TinyMini.Batch(1));
        Tensor evaluated = model.EncodeImages(images).Relational;
        model.train();

        Tensor first = model.EncodeImages(images).Relational, second = model.EncodeImages(images).Relational;

        Assert.True((first - evaluated).abs().max().item<float>() > 1e-3f);
        Assert.True((first - second).abs().max().item<float>() > 1e-3f);
    }

    [Fact]
    public void EncodeImages_LossOfTheLook_DoesNotReachTheTrunk()
    {
        using DisposeScope scope = NewDisposeScope();
        using MiniModel model = TinyMini.Model(TinyMini.Config());

        model.EncodeImages(TinyMini.ToTensor(TinyMini.Batch(1))).Attribute.sum().backward();

        Assert.NotNull(model.get_parameter("attribute_head.in_proj.weight")!.grad);
        Assert.Null(model.get_parameter("trunk.stem.weight")!.grad);
    }

    [Fact]
    public void FoldNorms_TrainedStatistics_ChangesNothingButRounding()
    {
        using DisposeScope scope = NewDisposeScope();
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        Tensor images = TinyMini.ToTensor(TinyMini.Batch(1));
        ImageFeatures before = model.EncodeImages(images);

        model.FoldNorms();
        model.FoldNorms(); // a second time has nothing left to do
        ImageFeatures after = model.EncodeImages(images);

        AssertClose(before.Relational, after.Relational);
        AssertClose(before.Attribute, after.Attribute);
        AssertClose(before.Interest, after.Interest);
    }

    [Fact]
    public void FoldNorms_AndDispose_LeavesNoTensorAlive()
    {
        new MiniModel(TinyMini.Config()).Dispose();
        long first = LiveTensors();
        new MiniModel(TinyMini.Config()).Dispose();
        long ofConstruction = LiveTensors() - first; // TorchSharp's own

        using (var model = new MiniModel(TinyMini.Config()))
        {
            model.FoldNorms();
        }

        Assert.Equal(first + (2 * ofConstruction), LiveTensors());
    }

    [Fact]
    public void EncodeImages_AndTexts_ManyTimes_LeavesNoTensorAlive()
    {
        using DisposeScope scope = NewDisposeScope();
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        RelationalBatch batch = TinyMini.Batch(1);
        EncodeOnce(model, batch);
        long before = LiveTensors();

        for (int i = 0; i < 5; i++)
        {
            EncodeOnce(model, batch);
        }

        Assert.Equal(before, LiveTensors());
    }

    private static void EncodeOnce(MiniModel model, RelationalBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        _ = model.EncodeImages(TinyMini.ToTensor(batch));
        _ = model.EncodeTexts(batch.Bank);
    }

    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        float difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference < Tolerance, $"differs by {difference}");
    }
}
