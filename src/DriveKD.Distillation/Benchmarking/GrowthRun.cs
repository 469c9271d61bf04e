using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>Measures how a warm step's time grows from one picture to the shape's, and from one sample to eight in one forward pass.</summary>
/// <param name="settings">Shape and samples.</param>
/// <param name="models">Student and teacher; left to the caller.</param>
/// <param name="progress">Told before every step.</param>
/// <param name="cancellation">Ends the run before the next step.</param>
internal sealed class GrowthRun(BenchSettings settings, BenchModels models, IProgress<BenchProgress>? progress, CancellationToken cancellation)
{
    private const int ManySamples = 8;

    private int _done;

    /// <summary>Steps that are announced.</summary>
    public int Steps => 3 * (settings.Rounds + 1);

    /// <summary>Measures; empty where it was interrupted.</summary>
    public IReadOnlyList<BenchGrowth> Measure()
    {
        BenchShape one = settings.Shape with { Pictures = 1 };
        if (Seconds(one, 1) is not double single || Seconds(settings.Shape, 1) is not double pictures || Seconds(one, ManySamples) is not double samples)
        {
            return [];
        }

        return
        [
            new BenchGrowth(FormattableString.Invariant($"pictures of a sample from 1 to {settings.Shape.Pictures}"), (double)settings.Shape.Tokens / one.Tokens, pictures / single),
            new BenchGrowth(FormattableString.Invariant($"samples of a step, in one forward pass, from 1 to {ManySamples} with 1 picture"), ManySamples, samples / single),
        ];
    }

    /// <summary>The median of a step, features kept, the teacher run.</summary>
    private double? Seconds(BenchShape shape, int samples)
    {
        BenchSettings own = settings with { Shape = shape, Samples = samples };
        IReadOnlyList<EncodedSample> drawn = BenchSamples.Draw(shape, samples, settings.Seed, sharePictures: true);
        using PictureFeatures features = EngineSchedule.Features();
        using EngineSchedule engine = new(models, own, features, keptTargets: null, refresh: 1, batch: samples);
        List<double> seconds = [];
        for (int round = 0; round <= settings.Rounds; round++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            progress?.Report(new BenchProgress(
                FormattableString.Invariant($"growth: {samples} samples of {shape.Pictures} pictures"), _done++, Steps));
            PhaseClock clock = new(models.Student.Placement.Device);
            engine.Step(drawn, clock);
            // The first round fills what is kept.
            if (round > 0)
            {
                seconds.Add(clock.Seconds().Values.Sum());
            }
        }

        return BenchLeg.Median(seconds);
    }
}
