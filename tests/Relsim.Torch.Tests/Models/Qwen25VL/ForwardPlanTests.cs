using Relsim.Torch.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

/// <summary>What a call leaves out, and how its prompts are put together, does not change its numbers.</summary>
public sealed class ForwardPlanTests
{
    private const double Tolerance = 2e-5;
    private const int StopToken = 80;

    [Fact]
    public void LastPositionOnly_AnyRows_IsTheFullResultThere()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();

        Tensor expected = LastOf(Run(model, ForwardPlan.Full));

        Compare(expected, Run(model, new ForwardPlan { LastPositionOnly = true }).Hidden);
    }

    [Fact]
    public void StopAfter_TokenInEveryRow_IsTheFullResultThere()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        Tensor full = Run(model, ForwardPlan.Full).Hidden;
        long[] stops = [.. TinyLanguage.Prompts.SelectMany(prompt => prompt).Index().Where(token => token.Item == StopToken).Select(token => (long)token.Index)];

        Call stopped = Run(model, new ForwardPlan { StopAfter = StopToken });

        Assert.True(stopped.Hidden.shape[0] < full.shape[0]);
        Compare(full.index_select(0, tensor(stops)), LastOf(stopped));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Prefix_KnownTokens_IsTheFullResultAfterThem(int length)
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        using var prefix = ConstantPrefix.Create(model.Language, model.Config, TinyLanguage.Prompts[0][..length]);
        Tensor full = Run(model, ForwardPlan.Full).Hidden;
        long[] after = [.. TinyLanguage.Prompts.SelectMany(prompt => prompt.Index()).Index().Where(token => token.Item.Index >= length).Select(token => (long)token.Index)];

        Call known = Run(model, new ForwardPlan { Prefix = prefix });

        Compare(full.index_select(0, tensor(after)), known.Hidden);
    }

    [Fact]
    public void Plan_EverythingLeftOut_IsTheFullResultAtTheToken()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        using var prefix = ConstantPrefix.Create(model.Language, model.Config, TinyLanguage.Prompts[0][..4]);

        Tensor expected = LastOf(Run(model, new ForwardPlan { StopAfter = StopToken }));
        Call least = Run(model, new ForwardPlan { StopAfter = StopToken, LastPositionOnly = true, Prefix = prefix });

        Compare(expected, least.Hidden);
    }

    [Fact]
    public void HiddenStates_PromptsTogether_AreThoseOfEachAlone()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();
        Call together = Run(model, ForwardPlan.Full);

        long image = 0;
        foreach ((int i, int[] prompt) in TinyLanguage.Prompts.Index())
        {
            int count = prompt.Count(id => id == TinyLanguage.Config.VisionStartTokenId);
            var batch = TokenBatch.Of([prompt], TinyLanguage.PaddingId);
            var rope = RopeIndex.Create(model.Config, batch, TinyLanguage.Grids[..count]);
            using var layout = SequenceLayout.Create(model.Config, batch, rope, ForwardPlan.Full);
            Tensor images = TinyLanguage.Images(TinyLanguage.Grids.Length).narrow(0, image * 6, count * 6);
            Compare(model.HiddenStates(layout, images, ForwardPlan.Full), together.Hidden.narrow(0, together.Rows[i].Start, together.Rows[i].Length));
            image += count;
        }

        Assert.Equal(TinyLanguage.Grids.Length, image);
    }

    [Fact]
    public void HiddenStates_PaddingOnEitherSide_IsTheSame()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = TinyLanguage.Model();

        Tensor right = Run(model, ForwardPlan.Full, PaddingSide.Right).Hidden, left = Run(model, ForwardPlan.Full, PaddingSide.Left).Hidden;

        Assert.Equal(right.data<float>().ToArray(), left.data<float>().ToArray());
    }

    [Fact]
    public void HiddenStates_BFloat16_IsNearFloat32()
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel exact = TinyLanguage.Model(), rounded = TinyLanguage.Model(ScalarType.BFloat16);

        Tensor expected = Run(exact, ForwardPlan.Full).Hidden, actual = Run(rounded, ForwardPlan.Full).Hidden;

        Assert.Equal(ScalarType.BFloat16, actual.dtype);
        Assert.InRange((actual.to_type(ScalarType.Float32) - expected).norm().item<float>() / expected.norm().item<float>(), 1e-5, 0.03);
    }

    [Fact]
    public void HiddenStates_ManyCalls_LeaveNoTensorBehind()
    {
        using Qwen25VLModel model = TinyLanguage.Model();
        Leave();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (int i = 0; i < 5; i++)
        {
            Leave();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Leave()
        {
            using var prefix = ConstantPrefix.Create(model.Language, model.Config, TinyLanguage.Prompts[0][..4]);
            var plan = new ForwardPlan { Prefix = prefix, StopAfter = StopToken };
            var batch = TokenBatch.Of(TinyLanguage.Prompts, TinyLanguage.PaddingId);
            using Tensor patches = TinyVision.Patches(TinyLanguage.Grids.Sum(grid => grid.Patches), 3);
            using Tensor images = model.EmbedImages(patches, TinyLanguage.Grids);
            using var layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, TinyLanguage.Grids), plan);
            using Tensor hidden = model.HiddenStates(layout, images, plan), logits = model.Logits(hidden);
        }
    }

    [Fact]
    public void HiddenStates_ImageMissing_SaysHowMany()
    {
        using Qwen25VLModel model = TinyLanguage.Model();
        var batch = TokenBatch.Of(TinyLanguage.Prompts, TinyLanguage.PaddingId);
        using var layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, TinyLanguage.Grids), ForwardPlan.Full);
        using Tensor images = TinyLanguage.Images(3);

        ArgumentException e = Assert.Throws<ArgumentException>(() => model.HiddenStates(layout, images, ForwardPlan.Full));

        Assert.Contains("24 image tokens", e.Message, StringComparison.Ordinal);
        Assert.Contains("18", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(79, "0 times")]
    [InlineData(90, "6 times")]
    public void StopAfter_TokenNotOnceInARow_IsAnError(int token, string expected)
    {
        using Qwen25VLModel model = TinyLanguage.Model();

        ArgumentException e = Assert.Throws<ArgumentException>(() => Run(model, new ForwardPlan { StopAfter = token }));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prefix_RowThatBeginsOtherwise_IsAnError()
    {
        using Qwen25VLModel model = TinyLanguage.Model();
        using var prefix = ConstantPrefix.Create(model.Language, model.Config, [5, 6, 8]);

        Assert.Contains("3 tokens", Assert.Throws<ArgumentException>(() => Run(model, new ForwardPlan { Prefix = prefix })).Message, StringComparison.Ordinal);
    }

    private static Call Run(Qwen25VLModel model, ForwardPlan plan, PaddingSide side = PaddingSide.Right)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        var batch = TokenBatch.Of(TinyLanguage.Prompts, TinyLanguage.PaddingId, side);
        using var layout = SequenceLayout.Create(model.Config, batch, RopeIndex.Create(model.Config, batch, TinyLanguage.Grids), plan);
        return new Call(
            model.HiddenStates(layout, TinyLanguage.Images(TinyLanguage.Grids.Length), plan).MoveToOuterDisposeScope(), layout.Rows);
    }

    private static Tensor LastOf(Call call) =>
        call.Hidden.index_select(0, tensor(call.Rows.Select(row => (long)(row.Start + row.Length - 1)).ToArray()));

    private static void Compare(Tensor expected, Tensor actual) =>
        Assert.InRange(VisionReference.LargestDifference(actual, expected), 0, Tolerance);

    private sealed record Call(Tensor Hidden, IReadOnlyList<SequenceRow> Rows);
}
