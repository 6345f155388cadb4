using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Relsim.Torch.Native;

/// <summary>What this processor can do natively, as far as it decides how tensors are computed.</summary>
internal static partial class ProcessorFeatures
{
    private const int HardwareCapabilities2 = 26; // AT_HWCAP2, and its HWCAP2_BF16 bit (Linux, asm/hwcap.h)
    private const nuint ArmBFloat16 = 1 << 14;

    /// <summary>Whether products of bfloat16 matrices have instructions of their own; emulated ones are slower than float32.</summary>
    public static bool HasBFloat16 { get; } = InstructionSets.Any(name => name.EndsWith("BF16", StringComparison.Ordinal));

    /// <summary>The names of the instruction sets present, as processor makers write them.</summary>
    public static IReadOnlyList<string> InstructionSets => [.. X86Sets(), .. ArmSets()];

    private static IEnumerable<string> X86Sets()
    {
        if (!X86Base.IsSupported)
        {
            yield break;
        }

        // .NET answers for the operating system too: a set counts only where its registers are saved.
        (string Name, bool Present)[] sets =
        [
            ("SSE4.2", Sse42.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX512", Avx512F.IsSupported),
            ("AVX_VNNI", Avx2.IsSupported && Leaf7(1).Eax(4)),
            ("AVX512_VNNI", Avx512F.IsSupported && Leaf7(0).Ecx(11)),
            ("AVX512_BF16", Avx512F.IsSupported && Leaf7(1).Eax(5)),
            ("AMX_INT8", Avx512F.IsSupported && Leaf7(0).Edx(25)),
            ("AMX_BF16", Avx512F.IsSupported && Leaf7(0).Edx(22)),
        ];
        foreach ((string name, bool present) in sets)
        {
            if (present)
            {
                yield return name;
            }
        }
    }

    private static IEnumerable<string> ArmSets()
    {
        if (AdvSimd.IsSupported)
        {
            yield return "NEON";
        }

        if (Dp.IsSupported)
        {
            yield return "DOTPROD";
        }

        if (AdvSimd.IsSupported && OperatingSystem.IsLinux() && (GetAuxiliaryValue(HardwareCapabilities2) & ArmBFloat16) != 0)
        {
            yield return "BF16";
        }
    }

    private static CpuidAnswer Leaf7(int subleaf)
    {
        bool exists = X86Base.CpuId(0, 0).Eax >= 7 && (subleaf == 0 || X86Base.CpuId(7, 0).Eax >= subleaf);
        return exists ? new CpuidAnswer(X86Base.CpuId(7, subleaf)) : default;
    }

    [LibraryImport("libc", EntryPoint = "getauxval")]
    private static partial nuint GetAuxiliaryValue(nuint type);

    private readonly record struct CpuidAnswer((int Eax, int Ebx, int Ecx, int Edx) Registers)
    {
        public bool Eax(int bit) => (Registers.Eax >> bit & 1) != 0;

        public bool Ecx(int bit) => (Registers.Ecx >> bit & 1) != 0;

        public bool Edx(int bit) => (Registers.Edx >> bit & 1) != 0;
    }
}
