using System.CommandLine;
using DriveKD.Benchmarks.Attention;
using DriveKD.Benchmarks.Checkpoints;
using DriveKD.Benchmarks.Decoding;
using DriveKD.Benchmarks.Memory;
using DriveKD.Benchmarks.Metrics;
using DriveKD.Benchmarks.Pictures;
using DriveKD.Benchmarks.PreStudy;
using DriveKD.Benchmarks.Projection;
using DriveKD.Benchmarks.SmallTraining;
using DriveKD.Data.Errors;

namespace DriveKD.Benchmarks;

/// <summary>Measures what the program's promises rest on, as ratios within one run; bench/README.md says how to read them.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        RootCommand root = new("Ratios of times and sizes, measured in one run on this machine. Nothing is asserted.")
        {
            ProjectionCommand.Create(), AttentionCommand.Create(), CheckpointCommand.Create(), MetricsCommand.Create(), MemoryCommand.Create(), WorldCommand.Create(),
            FactsCommand.Create(), SmallTrainingCommand.Create(), BatchingCommand.Create(), DecodeCommand.Create(), PreStudyCommand.Create(),
        };
        try
        {
            return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (InputException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 2;
        }
    }
}
