namespace Relsim.Torch.Captioning;

/// <summary>The bytes of an image file, and what stands for it in messages.</summary>
/// <param name="Bytes">JPEG, PNG or any other format that <see cref="Imaging.ImageFormats"/> names.</param>
/// <param name="Name">Its path, usually.</param>
public sealed record EncodedImage(ReadOnlyMemory<byte> Bytes, string Name);
