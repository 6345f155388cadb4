using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Native;

/// <summary>
/// No scalar may be finalised while native code reads it (docs/decisions/0010-scalars-live-as-long-as-their-call.md). The compiled library is read: what it makes itself must
/// be kept, and what it calls must not make any.
/// </summary>
public class ScalarLifetimeTests
{
    private static readonly Assembly TorchSharpLibrary = typeof(Tensor).Assembly;

    /// <summary>TorchSharp's members that make scalars, or call others of its own that do, and let them go.</summary>
    private static readonly HashSet<MethodBase> Makers = FindMakers();

    /// <summary>Calls that are safe all the same.</summary>
    private static readonly HashSet<MethodBase> Allowed =
    [
        // Their forward counts batches with a new scalar; ours are never called but computed by FoldedNorm.Apply.
        typeof(nn).GetMethod(nameof(nn.BatchNorm1d))!,
        typeof(nn).GetMethod(nameof(nn.BatchNorm2d))!,
    ];

    [Fact]
    public void Library_EveryScalarItMakes_IsKept()
    {
        IEnumerable<string> dropped =
            from method in MethodInstructions.DeclaredIn(typeof(RelsimModel).Assembly)
            let body = MethodInstructions.Read(method)
            from place in Enumerable.Range(0, body.Count)
            where MakesScalar(body[place].Method) && !IsKept(method, body, place + 1)
            select Name(method);
        Assert.Empty(dropped.Distinct());
    }

    [Fact]
    public void Library_WhatItCalls_MakesNoScalar()
    {
        IEnumerable<string> exposed =
            from method in MethodInstructions.DeclaredIn(typeof(RelsimModel).Assembly)
            from called in MethodInstructions.Read(method).Select(instruction => instruction.Method).OfType<MethodBase>()
            where Makers.Contains(called) && !Allowed.Contains(called)
            select $"{Name(method)} calls {called.DeclaringType!.Name}.{called}";
        Assert.Empty(exposed.Distinct());
    }

    [Theory]
    [InlineData(nameof(Samples.Operator))]
    [InlineData(nameof(Samples.Square))]
    [InlineData(nameof(Samples.SumInPlace))]
    [InlineData(nameof(Samples.ModuleWhoseForwardCounts))]
    public void Makers_CallThatMakesAScalar_IsFound(string sample) =>
        Assert.Contains(MethodInstructions.Read(Sample(sample)), instruction => instruction.Method is { } called && Makers.Contains(called));

    [Theory]
    [InlineData(nameof(Samples.Argument), false)]
    [InlineData(nameof(Samples.LocalOfNoUsing), false)]
    [InlineData(nameof(Samples.LocalOfUsing), true)]
    [InlineData(nameof(Samples.Field), true)]
    public void IsKept_ScalarInSample_AsItsNameSays(string sample, bool kept)
    {
        MethodInfo method = Sample(sample);
        List<MethodInstruction> body = MethodInstructions.Read(method);
        int place = body.FindIndex(instruction => MakesScalar(instruction.Method));
        Assert.Equal(kept, IsKept(method, body, place + 1));
    }

    private static MethodInfo Sample(string name) => typeof(Samples).GetMethod(name)!;

    private static string Name(MethodBase method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    private static bool MakesScalar(MethodBase? method) => method switch
    {
        ConstructorInfo constructor => constructor.DeclaringType == typeof(Scalar),
        MethodInfo { ReturnType: Type type } info => type == typeof(Scalar) && info.Module.Assembly == TorchSharpLibrary,
        _ => false,
    };

    /// <summary>Whether a scalar just made goes straight into a field, or into a local that a finally block disposes: what `using` compiles to.</summary>
    private static bool IsKept(MethodBase method, List<MethodInstruction> body, int next)
    {
        MethodInstruction taker = body[next];
        return taker.Code == OpCodes.Stfld || taker.Code == OpCodes.Stsfld
            || (taker.Local is int local && taker.Code.Name!.StartsWith("st", StringComparison.Ordinal) && method.GetMethodBody()!.ExceptionHandlingClauses.Any(clause =>
                clause.Flags == ExceptionHandlingClauseOptions.Finally && Disposes(body, clause, local)));
    }

    private static bool Disposes(List<MethodInstruction> body, ExceptionHandlingClause clause, int local)
    {
        List<MethodInstruction> block = body.FindAll(instruction => instruction.Offset >= clause.HandlerOffset && instruction.Offset < clause.HandlerOffset + clause.HandlerLength);
        return block.Exists(instruction => instruction.Local == local) && block.Exists(instruction => instruction.Method?.Name == nameof(IDisposable.Dispose));
    }

    private static HashSet<MethodBase> FindMakers()
    {
        var calls = MethodInstructions.DeclaredIn(TorchSharpLibrary)
            .Where(method => method.DeclaringType != typeof(Scalar) && method.DeclaringType != typeof(ScalarExtensionMethods))
            .ToDictionary(method => method, Called);
        var makers = calls.Where(pair => pair.Value.Exists(MakesScalar)).Select(pair => pair.Key).ToHashSet();
        while (calls.Where(pair => !makers.Contains(pair.Key) && pair.Value.Exists(makers.Contains)).Select(pair => pair.Key).ToList() is { Count: > 0 } more)
        {
            makers.UnionWith(more);
        }

        return makers;
    }

    /// <summary>What a method calls. Who makes a module will call it: a constructor counts as calling its type's forward.</summary>
    private static List<MethodBase> Called(MethodBase method)
    {
        var called = MethodInstructions.Read(method).Select(instruction => instruction.Method).OfType<MethodBase>().ToList();
        if (method is ConstructorInfo)
        {
            called.AddRange(method.DeclaringType!.GetMethods().Where(other => other.Name == "forward" && other.Module.Assembly == TorchSharpLibrary).Select(MethodInstructions.Definition));
        }

        return called;
    }

    /// <summary>Code of each kind, to be read and never run.</summary>
    private sealed class Samples
    {
        private Scalar? kept;

        public static Tensor Operator(Tensor x) => 1 - x;

        public static Tensor Square(Tensor x) => x.square();

        public static Tensor SumInPlace(Tensor x, Tensor y) => x.add_(y);

        public static BatchNorm2d ModuleWhoseForwardCounts() => nn.BatchNorm2d(1);

        public static Tensor Argument(Tensor x) => x.mul(2);

        public static Tensor LocalOfNoUsing(Tensor x)
        {
            Scalar two = 2;
            return x.mul(two).mul(two);
        }

        public static Tensor LocalOfUsing(Tensor x, int number)
        {
            using Scalar factor = number;
            return x.mul(factor);
        }

        public Tensor Field(Tensor x)
        {
            kept = 2;
            return x.mul(kept);
        }
    }
}
