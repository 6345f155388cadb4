using Relsim.Torch.Models.Mini;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Mini;

public sealed class MiniInputTests
{
    private const int Side = 16;

    [Fact]
    public void Forget_OnePatchOnAPlainGround_GivesTheNumbersWorkedOutByHand()
    {
        // 8x8, ground (0.5, 0.5, 0.5), the first 4x4 patch (0.9, 0.5, 0.1): contrast of luma is 0.4 x (0.299 - 0.114) = 0.074, and the
        // patch is the strongest, so it becomes -1 (lighter than the ground) and its distance 1. Edges are at most 0.262 on
        // average of a 4x4 patch and 0.566 or 0.8 where there are any: over the limit of 2.
        float[,,] image = Plain(8, 0.5f, 0.5f, 0.5f);
        for (int i = 0; i < 16; i++)
        {
            image[0, i / 4, i % 4] = 0.9f;
            image[2, i / 4, i % 4] = 0.1f;
        }

        float[,,] result = Forget(image);

        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 8; x++)
            {
                bool inside = y < 4 && x < 4;
                bool edge = (y < 4 && x is 3 or 4 && y < 4) || (x < 4 && y is 3 or 4);
                Assert.Equal(inside ? -1f : 0f, result[0, y, x], 1e-5f);
                Assert.Equal(inside ? 1f : 0f, result[1, y, x], 1e-5f);
                Assert.Equal(edge ? 2f : 0f, result[2, y, x], 1e-5f);
            }
        }
    }

    [Fact]
    public void Forget_MoreThanHalfOfTheFrameInAnotherColor_TakesThatAsTheGround()
    {
        float[,,] image = Plain(Side, 0.2f, 0.4f, 0.6f);
        for (int i = 0; i < Side; i++)
        {
            image[0, 0, i] = 1; // one side of four: the median does not see it
        }

        float[,,] result = Forget(image);

        Assert.Equal(0f, result[1, 8, 8], 1e-5f);
        Assert.Equal(2f, result[1, 0, 8], 1e-5f); // a row of a 4x4 patch is four times the patch's average, then cut
    }

    [Fact]
    public void Forget_PlainPicture_IsZeroEverywhere()
    {
        float[,,] result = Forget(Plain(Side, 0.3f, 0.9f, 0.1f));

        Assert.All(result.Cast<float>(), value => Assert.Equal(0f, value, 1e-6f));
    }

    [Fact]
    public void Forget_FaintNoise_IsNotBlownUpToFullContrast()
    {
        float[,,] image = Plain(Side, 0.5f, 0.5f, 0.5f);
        image[0, 8, 8] = image[1, 8, 8] = image[2, 8, 8] = 0.51f;

        float[,,] result = Forget(image);

        Assert.Equal(-0.01f / 0.04f, result[0, 8, 8], 1e-3f);
    }

    [Fact]
    public void Forget_EveryColorShiftedAlike_IsTheSame()
    {
        using Tensor image = Smooth();
        using Tensor shift = tensor([0.2f, -0.1f, 0.05f]).view(1, 3, 1, 1);
        using Tensor shifted = image + shift;

        AssertSame(image, shifted);
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(1.7f)]
    public void Forget_ContrastWithTheGroundScaled_IsTheSame(float factor)
    {
        using Tensor image = Smooth();
        using Tensor ground = tensor([0.4f, 0.5f, 0.6f]).view(1, 3, 1, 1);
        using Tensor scaled = ground + (factor * (image - ground));

        AssertSame(image, scaled);
    }

    [Fact]
    public void Forget_InTraining_ReweighsTheColorsOfEveryPictureAndKeepsDistanceAndEdges()
    {
        using Tensor image = Smooth();
        using Tensor images = image.expand(8, 3, Side, Side);

        using Tensor plain = MiniInput.Forget(images, training: false);
        using Tensor varied = MiniInput.Forget(images, training: true);

        using Tensor contrast = (varied - plain).select(1, 0).abs().amax([1, 2]);
        using Tensor others = (varied - plain).narrow(1, 1, 2).abs().max();
        Assert.All(contrast.data<float>().ToArray(), change => Assert.True(change > 1e-3f));
        Assert.True(others.item<float>() < 1e-6f);
    }

    [Fact]
    public void Forget_Always_LiesChannelsLastInMemory()
    {
        using Tensor images = rand(2, 3, Side, Side);
        using Tensor result = MiniInput.Forget(images, training: false);

        Assert.Equal([2, 3, Side, Side], result.shape);
        Assert.Equal([3L * Side * Side, 1, 3 * Side, 3], result.stride());
    }

    private static void AssertSame(Tensor one, Tensor other)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor difference = (MiniInput.Forget(one, training: false) - MiniInput.Forget(other, training: false)).abs().max();
        Assert.True(difference.item<float>() < 1e-4f, $"differs by {difference.item<float>()}");
    }

    // A strong blob on a plain ground that the frame shows.
    private static Tensor Smooth()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor image = tensor([0.4f, 0.5f, 0.6f]).view(1, 3, 1, 1).expand(1, 3, Side, Side).clone();
        image.narrow(2, 4, 8).narrow(3, 4, 8).add_((rand(1, 3, 8, 8) * 0.2f) + 0.1f);
        return image.MoveToOuterDisposeScope();
    }

    private static float[,,] Plain(int side, float red, float green, float blue)
    {
        float[,,] image = new float[3, side, side];
        for (int i = 0; i < side * side; i++)
        {
            (image[0, i / side, i % side], image[1, i / side, i % side], image[2, i / side, i % side]) = (red, green, blue);
        }

        return image;
    }

    private static float[,,] Forget(float[,,] image)
    {
        using DisposeScope scope = NewDisposeScope();
        int side = image.GetLength(1);
        Tensor result = MiniInput.Forget(tensor(image.Cast<float>().ToArray()).view(1, 3, side, side), training: false);
        float[] values = result.contiguous().data<float>().ToArray();
        float[,,] channels = new float[3, side, side];
        Buffer.BlockCopy(values, 0, channels, 0, values.Length * sizeof(float));
        return channels;
    }
}
