using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public sealed class VisionLayoutTests
{
    [Fact]
    [Trait("Kind", "Parity")]
    public void Create_EveryReferenceGrid_HasItsWindowsAndAngles() =>
        Assert.All(VisionReference.All(), reference =>
        {
            using SafetensorsFile file = reference.Open("window_index_cases.safetensors");
            string[] cases = [.. file.Tensors.Keys.Where(key => key.EndsWith(".grid_thw", StringComparison.Ordinal)).Select(key => key[..^"grid_thw".Length])];
            Assert.NotEmpty(cases);
            foreach (string one in cases)
            {
                GridThw[] grids = VisionReference.Grids(file, $"{one}grid_thw");
                using VisionLayout layout = VisionLayout.Create(reference.Config, grids);
                using Tensor angles = VisionLayout.RotaryAngles(reference.Config, grids), expected = file.Read($"{one}rotary_pos_emb");

                Assert.Equal(VisionReference.Integers(file, $"{one}window_index"), Long(layout.WindowIndex));
                Assert.Equal(VisionReference.Integers(file, $"{one}cu_window_seqlens"), Long(layout.CuWindowSeqlens));
                Assert.InRange(VisionReference.LargestDifference(angles, expected), 0, 1e-4);
            }
        });

    [Fact]
    [Trait("Kind", "Parity")]
    public void Create_SeveralImages_HasTheReferenceBounds() =>
        Assert.All(VisionReference.All(), reference =>
        {
            using SafetensorsFile file = reference.Open("vision_internals.safetensors");
            using VisionLayout layout = VisionLayout.Create(reference.Config, VisionReference.Grids(file, "image_grid_thw"));

            Assert.Equal(VisionReference.Integers(file, "window_index"), Long(layout.WindowIndex));
            Assert.Equal(VisionReference.Integers(file, "window_index"), layout.WindowOrder.data<long>().ToArray());
            Assert.Equal(VisionReference.Integers(file, "cu_window_seqlens_raw"), Long(layout.CuWindowSeqlensRaw));
            Assert.Equal(VisionReference.Integers(file, "cu_window_seqlens"), Long(layout.CuWindowSeqlens));
            Assert.Equal(VisionReference.Integers(file, "cu_seqlens"), Long(layout.CuSeqlens));
        });

    [Fact]
    public void Create_WindowsOfOneLength_MovesNoPatch()
    {
        using VisionLayout layout = VisionLayout.Create(TinyVision.Config, [new GridThw(1, 16, 8), new GridThw(2, 8, 16)]);

        Assert.Null(layout.Windows.Order);
        Assert.Equal(new SegmentGroup(6, 64), Assert.Single(layout.Windows.Groups));
        Assert.Equal(new SegmentGroup(3, 128), Assert.Single(layout.Frames.Groups));
    }

    [Fact]
    public void Create_WindowsOfSeveralLengths_GroupsThemByLength()
    {
        using VisionLayout layout = VisionLayout.Create(TinyVision.Config, [new GridThw(1, 12, 10)]);

        Assert.Equal([new SegmentGroup(1, 64), new SegmentGroup(1, 16), new SegmentGroup(1, 32), new SegmentGroup(1, 8)], layout.Windows.Groups);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => (long)i), layout.Windows.Order!.data<long>().ToArray().Order());
        using Tensor there = layout.Windows.Order!.index_select(0, layout.Windows.Inverse!);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => (long)i), there.data<long>().ToArray());
    }

    [Theory]
    [InlineData(0, 4, 4)]
    [InlineData(1, 0, 4)]
    [InlineData(1, 4, -2)]
    [InlineData(1, 3, 4)]
    [InlineData(1, 4, 5)]
    public void Create_GridThatIsNone_NamesIt(int frames, int rows, int columns)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => VisionLayout.Create(TinyVision.Config, [new GridThw(frames, rows, columns)]));

        Assert.Contains($"H = {rows}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NoImage_IsAnError() => Assert.Throws<ArgumentException>(() => VisionLayout.Create(TinyVision.Config, []));

    private static IEnumerable<long> Long(IEnumerable<int> numbers) => numbers.Select(number => (long)number);
}
