using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples.Pictures;

namespace DriveKD.Data.Samples.Inspection;

/// <summary>Looks a record file over before it is used: what is in it, what is wrong, what it shares with another file.</summary>
public static class DataInspector
{
    /// <summary>Inspects a record file. Faulty records are listed and left out of the counts.</summary>
    /// <param name="file">The record file.</param>
    /// <param name="options">What to look at besides; nothing where null.</param>
    /// <param name="progress">Told how far the reading, the counting of tokens and the comparing of pictures have come.</param>
    /// <param name="cancellationToken">Stops the inspection.</param>
    /// <exception cref="InputException">A file cannot be read, is not JSON or has none of the layouts.</exception>
    public static DataInspection Inspect(
        string file,
        InspectionOptions? options = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new InspectionOptions();
        RecordReadOptions reading = new()
        {
            ImageRoot = options.ImageRoot,
            OnError = OnError.SkipAndCount,
            Answers = AnswerRule.AllOrNone,
            KeepSamplesWithoutPictures = true,
        };
        RecordFile records = RecordReader.Read(file, reading, progress, cancellationToken);
        List<RecordFault> faults = [.. records.Faults];
        Leakage? leakage = options.Against is null
            ? null
            : LeakageFinder.Find(
                records, RecordReader.Read(options.Against, reading, progress, cancellationToken), faults, progress, cancellationToken);
        (List<DuplicateGroup> duplicates, List<DuplicateGroup> contradictions) = FindDuplicates(records);
        return new DataInspection
        {
            File = file,
            Layout = records.Layout,
            IsSound = faults.Count == 0 && leakage is null or { IsFound: false, AgainstFaults.Count: 0 },
            Records = records.RecordCount,
            Samples = records.Samples.Count,
            SamplesWithoutAnswer = records.Samples.Count(sample => sample.Answer is null),
            Capabilities = CountCapabilities(records),
            ImagesPerSample = records.Samples.CountBy(sample => sample.Images.Count).OrderBy(pair => pair.Key).ToDictionary(),
            Scenes = CountDifferent(records, sample => sample.Scene),
            Frames = CountDifferent(records, sample => sample.Frame),
            Pictures = SampleTexts.Images(records).Select(image => image.RecordedPath).Distinct().Count(),
            ObjectTags = records.Samples
                .SelectMany(sample => sample.QuestionObjects.Concat(sample.AnswerObjects))
                .CountBy(tag => tag.Unit).OrderBy(pair => pair.Key).ToDictionary(),
            Notices = records.Notices,
            Characters = Measure(records, CountCharacters, null, cancellationToken),
            Tokens = options.CountTokens is null ? null : Measure(records, options.CountTokens, progress, cancellationToken),
            UnusablePictures = options.ImageRoot is null ? null : CountUnusablePictures(records),
            Duplicates = duplicates,
            Contradictions = contradictions,
            Leakage = leakage,
            FaultCounts = faults.CountBy(fault => fault.Kind).OrderBy(pair => pair.Key).ToDictionary(),
            Faults = faults,
        };
    }

    private static CapabilityCount[] CountCapabilities(RecordFile records) =>
    [
        .. records.Samples
            .CountBy(sample => (sample.Capability, sample.QuestionType))
            .OrderBy(pair => pair.Key.Capability)
            .ThenByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key.QuestionType, StringComparer.Ordinal)
            .Select(pair => new CapabilityCount(pair.Key.Capability, pair.Key.QuestionType, pair.Value)),
    ];

    private static int CountDifferent(RecordFile records, Func<Sample, string?> token) =>
        records.Samples.Select(token).OfType<string>().Distinct().Count();

    private static UnusablePicture[] CountUnusablePictures(RecordFile records) =>
    [
        .. records.Samples
            .SelectMany(sample => sample.Images.Where(image => image.FullPath is null).Select(image => image.RecordedPath).Distinct())
            .CountBy(path => path)
            .Select(pair => new UnusablePicture(pair.Key, pair.Value)),
    ];

    private static int CountCharacters(string text)
    {
        int count = 0;
        foreach (System.Text.Rune _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static TextLengths Measure(
        RecordFile records, Func<string, int> count, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        int Length(string text)
        {
            ref int length = ref CollectionsMarshal.GetValueRefOrAddDefault(known, text, out bool isKnown);
            return isKnown ? length : length = count(text);
        }

        List<int> questions = new(records.Samples.Count);
        List<int> answers = new(records.Samples.Count);
        List<int> wholes = new(records.Samples.Count);
        foreach (Sample sample in records.Samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress("counting tokens", questions.Count, records.Samples.Count));
            int question = Length(SampleTexts.Question(sample));
            int answer = sample.Answer is null ? 0 : Length(sample.Answer);
            questions.Add(question);
            wholes.Add(question + answer);
            if (sample.Answer is not null)
            {
                answers.Add(answer);
            }
        }

        return new TextLengths(LengthSummary.Of(questions), LengthSummary.Of(answers), LengthSummary.Of(wholes));
    }

    // The order of the pictures counts: the same question about them in another order is another input.
    private static (List<DuplicateGroup> Duplicates, List<DuplicateGroup> Contradictions) FindDuplicates(RecordFile records)
    {
        Dictionary<(string Question, string Pictures), List<Sample>> byInput = [];
        foreach ((Sample sample, string pictures) in SampleTexts.WithPictures(records, image => PicturePath.Key(image.RecordedPath), ordered: true))
        {
            ref List<Sample>? group = ref CollectionsMarshal.GetValueRefOrAddDefault(byInput, (sample.Question, pictures), out _);
            (group ??= new List<Sample>(1)).Add(sample);
        }

        List<DuplicateGroup> duplicates = [];
        List<DuplicateGroup> contradictions = [];
        foreach (List<Sample> group in byInput.Values.Where(group => group.Count > 1))
        {
            List<Sample>[] byAnswer = [.. group.GroupBy(sample => sample.Answer, (_, same) => same.ToList())];
            duplicates.AddRange(byAnswer.Where(same => same.Count > 1).Select(ToGroup));
            if (byAnswer.Length > 1)
            {
                contradictions.Add(ToGroup(group));
            }
        }

        return (duplicates, contradictions);
    }

    private static DuplicateGroup ToGroup(List<Sample> samples) => new(samples[0].Question, [.. samples.Select(sample => sample.Source)]);
}
