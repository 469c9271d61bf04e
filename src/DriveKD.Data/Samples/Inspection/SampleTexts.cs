namespace DriveKD.Data.Samples.Inspection;

/// <summary>Samples by what they ask and show, whichever layout they come from.</summary>
internal static class SampleTexts
{
    /// <summary>The question without image placeholders and outer blanks.</summary>
    public static string Question(Sample sample) => sample.Question.Contains(Sample.ImagePlaceholder, StringComparison.Ordinal)
        ? sample.Question.Replace(Sample.ImagePlaceholder, "", StringComparison.Ordinal).Trim()
        : sample.Question.Trim();

    /// <summary>Every list of images once: samples of one key frame share theirs.</summary>
    public static IEnumerable<SampleImage> Images(RecordFile records)
    {
        IReadOnlyList<SampleImage>? last = null;
        foreach (Sample sample in records.Samples)
        {
            if (!ReferenceEquals(sample.Images, last))
            {
                last = sample.Images;
                foreach (SampleImage image in last)
                {
                    yield return image;
                }
            }
        }
    }

    /// <summary>Every sample with one text that names its pictures.</summary>
    /// <param name="records">The file.</param>
    /// <param name="identity">Names a picture.</param>
    /// <param name="ordered">Whether the order of the pictures counts.</param>
    public static IEnumerable<(Sample Sample, string Pictures)> WithPictures(RecordFile records, Func<SampleImage, string> identity, bool ordered)
    {
        IReadOnlyList<SampleImage>? last = null;
        string pictures = "";
        foreach (Sample sample in records.Samples)
        {
            if (!ReferenceEquals(sample.Images, last))
            {
                last = sample.Images;
                IEnumerable<string> names = last.Select(identity);
                pictures = string.Join('\n', ordered ? names : names.Order(StringComparer.Ordinal));
            }

            yield return (sample, pictures);
        }
    }
}
