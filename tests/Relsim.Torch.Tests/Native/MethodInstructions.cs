using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Relsim.Torch.Tests.Native;

/// <summary>One instruction of a compiled method (ECMA-335, partition III).</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Code">What it does.</param>
/// <param name="Local">The local variable that it reads or writes; null where there is none.</param>
/// <param name="Method">The method that it calls or refers to, as it is defined; null where there is none.</param>
internal sealed record MethodInstruction(int Offset, OpCode Code, int? Local, MethodBase? Method);

/// <summary>What compiled methods do.</summary>
internal static class MethodInstructions
{
    private const byte TwoBytes = 0xFE;

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<ushort, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (ushort)code.Value);

    /// <summary>Every method and constructor that the assembly's types declare, those of nested and compiler-made types too.</summary>
    public static IEnumerable<MethodBase> DeclaredIn(Assembly assembly) =>
        assembly.GetTypes().SelectMany(type => type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)));

    /// <summary>The instructions of a method in order; none where it has no body.</summary>
    public static List<MethodInstruction> Read(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        List<MethodInstruction> read = [];
        for (int at = 0; at < il.Length;)
        {
            int start = at;
            ushort number = il[at++];
            OpCode code = Codes[number == TwoBytes ? (ushort)((number << 8) | il[at++]) : number];
            ReadOnlySpan<byte> operand = il.AsSpan(at);
            MethodBase? called = code.OperandType is OperandType.InlineMethod or OperandType.InlineTok ? Resolve(method, BinaryPrimitives.ReadInt32LittleEndian(operand)) : null;
            read.Add(new MethodInstruction(start, code, Local(code, operand), called));
            at += Length(code, operand);
        }

        return read;
    }

    /// <summary>The method without its type arguments, and as its own type has it, so that all calls of it are equal. An array's accessors are in no file.</summary>
    public static MethodBase Definition(MethodBase method) =>
        method.DeclaringType!.IsArray ? method : method.Module.ResolveMethod(method.MetadataToken)!;

    private static MethodBase? Resolve(MethodBase within, int token)
    {
        Type[]? ofType = within.DeclaringType!.IsGenericType ? within.DeclaringType.GetGenericArguments() : null;
        Type[]? ofMethod = within.IsGenericMethod ? within.GetGenericArguments() : null;
        return within.Module.ResolveMember(token, ofType, ofMethod) is MethodBase method ? Definition(method) : null;
    }

    private static int? Local(OpCode code, ReadOnlySpan<byte> operand)
    {
        string name = code.Name!;
        if (!name.StartsWith("ldloc", StringComparison.Ordinal) && !name.StartsWith("stloc", StringComparison.Ordinal))
        {
            return null;
        }

        return code.OperandType switch
        {
            OperandType.InlineNone => name[^1] - '0', // stloc.0
            OperandType.ShortInlineVar => operand[0],
            _ => BinaryPrimitives.ReadUInt16LittleEndian(operand),
        };
    }

    private static int Length(OpCode code, ReadOnlySpan<byte> operand) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };
}
