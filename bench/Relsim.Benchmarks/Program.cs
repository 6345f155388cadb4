using Relsim.Benchmarks.EndToEnd;
using Relsim.Benchmarks.Imaging;
using Relsim.Benchmarks.Lpips;
using Relsim.Benchmarks.Mini;
using Relsim.Benchmarks.Qwen25VL;
using Relsim.Benchmarks.Search;
using Relsim.Benchmarks.Serving;
using Relsim.Benchmarks.Vision;

// dotnet run -c Release --project bench/Relsim.Benchmarks -- NAME [arguments]; each class says what its arguments are.
switch (args)
{
    case ["imaging", .. string[] rest]:
        ImagingBenchmarks.Run(rest);
        return 0;
    case ["search", .. string[] rest]:
        return SearchBenchmarks.Run(rest);
    case ["end-to-end", .. string[] rest]:
        await EndToEndBenchmark.RunAsync(rest);
        return 0;
    case ["startup", .. string[] rest]:
        StartupBenchmark.Run(rest);
        return 0;
    case ["scenes", .. string[] rest]:
        ScenesBenchmark.Run(rest);
        return 0;
    case ["serve", .. string[] rest]:
        await ServeBenchmark.RunAsync(rest);
        return 0;
    case ["gemm"]:
        GemmBenchmark.Run();
        return 0;
    case ["qwen25vl", .. string[] rest]:
        Qwen25VLBenchmark.Run(rest);
        return 0;
    case ["vision", .. string[] rest]:
        VisionBenchmark.Run(rest);
        return 0;
    case ["lpips", .. string[] rest]:
        LpipsBenchmark.Run(rest);
        return 0;
    case ["panels", string manifest, string output]:
        UntrainedPanels.Run(manifest, output);
        return 0;
    default:
        Console.Error.WriteLine("Which benchmark? imaging [folder], search [rows] [dimension] [folder], end-to-end [images] [model], startup [model] [program], scenes [batches], serve [seconds] [clients] [program], gemm, panels MANIFEST OUT.npz, lpips [net] [queries] [images] [rounds], qwen25vl [--folder F] [--layers N] [--size S] ..., vision [rounds] [images].");
        return 2;
}
