using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Training;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>The samples of one samples_*.json, with the records of data_*.json that they were made of.</summary>
internal sealed class RecordedSampleSet
{
    private RecordedSampleSet(string file, IReadOnlyList<RecordedSample> samples) => (File, Samples) = (file, samples);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Its samples.</summary>
    public IReadOnlyList<RecordedSample> Samples { get; }

    /// <summary>Reads a set and finds its records.</summary>
    /// <param name="file">The file.</param>
    /// <param name="records">Every file of records.</param>
    /// <exception cref="InputException">The set is not of this form.</exception>
    public static RecordedSampleSet Read(string file, IReadOnlyList<IReadOnlyList<Sample>> records)
    {
        RecordedSampleSet set = new(file, RecordedSample.ReadAll(file));

        // The file whose records agree with the most samples at their own places; what it lacks came from another one.
        IReadOnlyList<Sample>[] byAgreement = [.. records.OrderByDescending(candidate => set.Samples.Count(sample => At(candidate, sample) is Sample record && sample.IsMadeOf(record)))];
        foreach (RecordedSample sample in set.Samples)
        {
            sample.Record = byAgreement.Select(candidate => At(candidate, sample)).Concat(byAgreement.SelectMany(candidate => candidate))
                .FirstOrDefault(record => record is not null && sample.IsMadeOf(record));
        }

        return set;
    }

    /// <summary>Whether a run could have been made of this set: every sample it names is there, with its capability and length.</summary>
    /// <param name="microSteps">The recorded samples of the run.</param>
    public bool Serves(IReadOnlyList<GoldenFacts> microSteps) => microSteps.All(step =>
        step.Integer("sample_index") is int index
        && Samples.Any(sample => sample.Index == index && sample.Capability == step.Capability("capability") && sample.TokenIds.Count == (step.Integer("T") ?? sample.TokenIds.Count)));

    /// <summary>Forms every sample anew of its record, in the splitting that the recording was made with.</summary>
    /// <param name="tokenizer">The student's.</param>
    /// <param name="tokensPerPicture">Image tokens of one picture.</param>
    /// <param name="tally">Where they are compared.</param>
    public void CompareTokens(BpeTokenizer tokenizer, int tokensPerPicture, StageTally tally)
    {
        foreach (RecordedSample sample in Samples.Where(sample => sample.Record is null))
        {
            tally.Fail($"sample {sample.Index} of {Path.GetFileName(File)} agrees with no record of data_*.json");
        }

        RecordedSample[] known = [.. Samples.Where(sample => sample.Record is not null)];
        TrainingSequence[] Build(PlaceholderSplitting splitting)
        {
            DriveKDTrainingLayout layout = new(tokenizer, splitting);
            return [.. known.Select(sample => layout.Build(
                sample.Record!.Question,
                sample.Record.Answer,
                [.. sample.Record.Images.Select(_ => tokensPerPicture)],
                [.. sample.Record.Images.Select(image => image.RecordedPath)]))];
        }

        // The published splitting is the authors'; a recording may have been made with the corrected one instead, but then all of it.
        TrainingSequence[] corrected = Build(PlaceholderSplitting.Corrected);
        bool isCorrected = corrected.Zip(known).All(pair => pair.First.TokenIds.SequenceEqual(pair.Second.TokenIds));
        TrainingSequence[] built = isCorrected ? corrected : Build(PlaceholderSplitting.AsReleased);
        foreach ((RecordedSample sample, TrainingSequence sequence) in known.Zip(built))
        {
            string name = $"sample {sample.Index}";
            tally.SameItems($"{name}, blocks", sample.Blocks, [.. sequence.Blocks.Select(block => (RecordedSample.NameOf(block.Text), block.TokenCount, block.IsSupervised))]);
            tally.SameItems($"{name}, token ids", sample.TokenIds, sequence.TokenIds);
            tally.SameItems($"{name}, labels", sample.Labels, sequence.Labels);
            tally.SameItems($"{name}, image mask", sample.ImageMask, sequence.ImageMask);
        }
    }

    private static Sample? At(IReadOnlyList<Sample> records, RecordedSample sample) =>
        sample.Index >= 0 && sample.Index < records.Count ? records[sample.Index] : null;
}
