using Relsim.Imaging;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Torch.Encoders;

/// <summary>Images of equal sides as one tensor.</summary>
internal static class ImageBatch
{
    /// <summary>The bytes of the images, [B, H, W, 3].</summary>
    public static Tensor Of(IReadOnlyList<RgbImage> images, Device device)
    {
        int length = images[0].Pixels.Length;
        byte[] pixels = new byte[images.Count * length];
        for (int i = 0; i < images.Count; i++)
        {
            images[i].Pixels.CopyTo(pixels, i * length);
        }

        return tensor(pixels, [images.Count, images[0].Height, images[0].Width, 3], device: device);
    }

    /// <summary>Bytes [B, H, W, 3] as the mini model wants them: [B, 3, H, W] in 0..1.</summary>
    public static Tensor InUnitRange(Tensor bytes)
    {
        using DisposeScope scope = NewDisposeScope();
        return bytes.permute(0, 3, 1, 2).to_type(ScalarType.Float32).div_(White).MoveToOuterDisposeScope();
    }
}
