using Relsim.Torch.Models.Mini;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Mini;

/// <summary>The comparison needs no training: a hook drawn in the left panel, and what became of it in the right one.</summary>
public sealed class PanelPathTests
{
    private const int Side = 128;
    private const int WhichStart = 48;
    private const int ChangeStart = 88;

    [Theory]
    [InlineData("same", 0)]
    [InlineData("quarter", 1)]
    [InlineData("half", 2)]
    [InlineData("mirror", 4)]
    public void Compare_TurnedOrMirrored_SaysWhich(string change, int which)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor before = Hook();
        Tensor after = change switch { "quarter" => before.rot90(1, (0, 1)), "half" => before.rot90(2, (0, 1)), "mirror" => before.flip(1), _ => before };

        Tensor features = PanelPath.Compare(Picture(before, after));

        Assert.Equal([1, PanelPath.FeatureLength], features.shape);
        Assert.Equal(which, features[0].narrow(0, WhichStart, 16).argmax().item<long>());
    }

    [Fact]
    public void Compare_ThingMoved_SaysTheSameOfItsFormAndTheShiftOfItsPlace()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor before = Hook();
        Tensor after = before.roll(8, 1);

        Tensor features = PanelPath.Compare(Picture(before, after))[0];

        Assert.Equal(0, features.narrow(0, WhichStart, 16).argmax().item<long>());
        Assert.True(Math.Abs(features[ChangeStart].item<float>()) < 0.05, "the ink did not change");
        Assert.InRange(features[ChangeStart + 5].item<float>(), 0.3f, 0.8f);
        Assert.InRange(features[ChangeStart + 6].item<float>(), -0.05f, 0.05f);
    }

    [Fact]
    public void Compare_BlankPicture_IsFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.All(PanelPath.Compare(ones(2, 3, Side, Side)).data<float>().ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    // Ink 1, ground 0.
    private static Tensor Hook()
    {
        Tensor panel = zeros(64, 64);
        panel[16..48, 20..26] = 1;
        panel[42..48, 20..44] = 1;
        panel[16..22, 20..30] = 1;
        return panel;
    }

    private static Tensor Picture(Tensor before, Tensor after)
    {
        Tensor picture = zeros(Side, Side);
        picture[32..96, ..64] = before;
        picture[32..96, 64..] = after;
        return (1 - picture).expand(1, 3, Side, Side);
    }
}
