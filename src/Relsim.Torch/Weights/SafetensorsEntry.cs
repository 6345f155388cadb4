using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>One tensor as the header of a safetensors file describes it; offset and length are in bytes from the start of the file.</summary>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Offset, long Length);
