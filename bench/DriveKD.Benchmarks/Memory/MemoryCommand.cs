using System.CommandLine;
using System.Diagnostics;
using DriveKD.Distillation.Training;
using DriveKD.Models.Native;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.Memory;

/// <summary>The estimated memory of a run against the peak of a real one; one run per process, because a peak is the process's.</summary>
internal static class MemoryCommand
{
    public static Command Create()
    {
        Option<string> student = new("--student") { Description = "The student's shape.", DefaultValueFactory = _ => "small" };
        Option<string> teacher = new("--teacher") { Description = "The teacher's shape.", DefaultValueFactory = _ => "small" };
        Option<int> pictures = new("--pictures") { Description = "Pictures per sample.", DefaultValueFactory = _ => 1 };
        Option<int> words = new("--words") { Description = "Words of an answer.", DefaultValueFactory = _ => 30 };
        Option<bool> scarce = new("--scarce") { Description = "Give freed memory back at once, as a run does that would not fit otherwise." };
        Argument<string[]> overrides = new("key=value") { Description = "Keys of the recipe, such as train.batch_size=4.", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("memory", "The estimated memory of a run over the measured peak of its process.") { student, teacher, pictures, words, scarce, overrides };
        command.SetAction(parse => Run(
            parse.GetValue(student)!, parse.GetValue(teacher)!, parse.GetValue(pictures), parse.GetValue(words), parse.GetValue(scarce), parse.GetValue(overrides) ?? []));
        return command;
    }

    private static void Run(string student, string teacher, int pictures, int words, bool isScarce, string[] overrides)
    {
        using World world = new(student, teacher, pictures, words);
        LibTorch.EnsureLoaded();
        if (isScarce)
        {
            LibTorch.ReturnFreedMemory();
        }

        using (Tensor warm = rand(64, 64).matmul(rand(64, 64)))
        {
            GC.Collect();
        }

        long before = Environment.WorkingSet;
        using NativeHeap heap = new();
        using DistillSession session = world.Open(overrides);
        List<double> seconds = [];
        world.Train(session, overrides, new Steps(seconds));
        using Process process = Process.GetCurrentProcess();
        double estimated = isScarce ? session.Memory.Bytes : session.Memory.BytesWhereKept;
        double growth = process.PeakWorkingSet64 - before;
        double estimate = estimated - session.Memory.Parts[0].Bytes;
        Report.Line($"{student} from {teacher}, {pictures} pictures, {words} words{(isScarce ? ", memory scarce" : string.Empty)} {string.Join(' ', overrides)}");
        Report.Line($"  whole process: peak {process.PeakWorkingSet64 / 1e6:F0} MB, of which the C heap in use {heap.Highest / 1e6:F0} MB; estimated {estimated / 1e6:F0} MB; ratio {estimated / process.PeakWorkingSet64:F2}");
        Report.Line($"  beyond the {before / 1e6:F0} MB before the run: growth {growth / 1e6:F0} MB, estimated {estimate / 1e6:F0} MB; ratio {estimate / growth:F2}; last step {seconds[^1]:F2} s");
        Report.Line($"  {string.Join(", ", session.Memory.Parts.Select(part => FormattableString.Invariant($"{part.Name} {part.Bytes / 1e6:F0}")))}");
    }

    private sealed class Steps(List<double> seconds) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seconds.Add(value.StepSeconds);
    }
}
