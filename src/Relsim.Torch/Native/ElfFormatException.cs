namespace Relsim.Torch.Native;

/// <summary>A shared library is not the 64-bit little-endian ELF file, or does not hold the import, that an edit expects.</summary>
internal sealed class ElfFormatException(string message) : FormatException(message);
