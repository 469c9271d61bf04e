using System.CommandLine;
using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Study;
using DriveKD.Data.Samples;
using DriveKD.Models.Layers;
using DriveKD.Models.Tensors;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.PreStudy;

/// <summary>What all measures of a pre-study take beside the pass that they look into.</summary>
internal static class PreStudyCommand
{
    private const string Pass = "one pass with all taps, every head formed";
    private const string Studied = "the same pass with all measures taken";

    public static Command Create()
    {
        Argument<string> folder = new("FOLDER") { Description = "Model folder." };
        Option<string> records = new("--records") { Description = "Record file.", Required = true };
        Option<string> images = new("--images") { Description = "The folder that picture paths start from.", Required = true };
        Option<int> samples = new("--samples") { Description = "Samples, the first of the file.", DefaultValueFactory = _ => 4 };
        Option<int> rounds = new("--rounds") { Description = "How often everything is measured.", DefaultValueFactory = _ => 5 };
        Command command = new("prestudy", "The time of all measures of a pre-study over that of one forward pass with all taps.") { folder, records, images, samples, rounds };
        command.SetAction(parse => Run(
            parse.GetRequiredValue(folder), parse.GetRequiredValue(records), parse.GetRequiredValue(images), parse.GetValue(samples), parse.GetValue(rounds)));
        return command;
    }

    private static void Run(string folder, string records, string images, int count, int rounds)
    {
        Report.Machine();
        Sample[] samples = [.. RecordReader.Read(records, new RecordReadOptions { ImageRoot = images }).Samples.Take(count)];
        Device device = Devices.Parse(Devices.Automatic, "--device");
        using ModelObserver model = ModelObserver.Open(folder, new Placement(device, ScalarType.Float32));
        Timings timings = new();
        int tokens = 0;
        for (int round = -1; round < rounds; round++)
        {
            // The first round fills what is kept of pictures: both then find it.
            Timings into = round < 0 ? new Timings() : timings;
            foreach (Sample sample in samples)
            {
                into.Time(Pass, () => model.Observe(sample, new Unmoved()));
                tokens = into.Time(Studied, () => SampleMeasurer.Measure(model, sample)).Tokens;
            }
        }

        Report.Line($"{samples.Length} samples, the last of {tokens} tokens, {model.Layers} layers");
        Report.Line($"{"",-44} {"median",10}      (range)  ratio to the pass");
        Report.Part(timings, Pass, timings.Median(Pass));
        Report.Part(timings, Studied, timings.Median(Pass));
    }

    /// <summary>Looks at everything and does nothing with it.</summary>
    private sealed class Unmoved : ILayerVisitor
    {
        public void Begin(TokenRoles roles)
        {
        }

        public void OnHidden(int index, Tensor hidden_TC)
        {
        }

        public void OnAttention(int layer, Tensor weights_HTT)
        {
        }

        public void OnAnswer(int first, Tensor logits_SV)
        {
        }
    }
}
