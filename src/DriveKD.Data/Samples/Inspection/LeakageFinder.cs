using DriveKD.Data.Samples.Pictures;

namespace DriveKD.Data.Samples.Inspection;

/// <summary>Finds the scenes, frames, pictures and questions that two record files share.</summary>
internal static class LeakageFinder
{
    public static Leakage Find(
        RecordFile records, RecordFile against, List<RecordFault> faults, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        Dictionary<string, SampleImage> pictures = Pictures(records);
        Dictionary<string, SampleImage> otherPictures = Pictures(against);
        string[] files = [.. pictures.Values.Select(image => image.FullPath).OfType<string>()];
        string[] otherFiles = [.. otherPictures.Values.Select(image => image.FullPath).OfType<string>()];
        Dictionary<string, string> hashes = PictureContents.Hash(
            files, otherFiles, (path, why) => faults.Add(Unreadable(records, against, path, why)), progress, cancellationToken);

        // A picture is its content where that was read, else the path that the layouts have in common.
        string Identity(SampleImage image) =>
            image.FullPath is not null && hashes.TryGetValue(image.FullPath, out string? hash) ? hash : PicturePath.PhotographKey(image.RecordedPath);

        return new Leakage
        {
            Against = against.File,
            AgainstLayout = against.Layout,
            AgainstSamples = against.Samples.Count,
            AgainstFaults = against.Faults,
            ScenesComparable = records.Layout != RecordLayout.DriveKd && against.Layout != RecordLayout.DriveKd,
            ContentsCompared = files.Length > 0 && otherFiles.Length > 0,
            SharedScenes = Shared(records, against, sample => sample.Scene),
            SharedFrames = Shared(records, against, sample => sample.Frame),
            SharedPictures = SharedPictures(pictures, otherPictures, Identity),
            SharedQuestions = SharedQuestions(records, against, Identity),
        };
    }

    private static Dictionary<string, SampleImage> Pictures(RecordFile records)
    {
        Dictionary<string, SampleImage> pictures = new(StringComparer.Ordinal);
        foreach (SampleImage image in SampleTexts.Images(records))
        {
            // A path that is usable is the better witness of two with the same key.
            string key = PicturePath.PhotographKey(image.RecordedPath);
            if (!pictures.TryGetValue(key, out SampleImage? known) || known.FullPath is null)
            {
                pictures[key] = image;
            }
        }

        return pictures;
    }

    private static List<string> Shared(RecordFile records, RecordFile against, Func<Sample, string?> token)
    {
        HashSet<string> others = [.. against.Samples.Select(token).OfType<string>()];
        return [.. records.Samples.Select(token).OfType<string>().Distinct().Where(others.Contains)];
    }

    private static List<SharedPicture> SharedPictures(
        Dictionary<string, SampleImage> pictures, Dictionary<string, SampleImage> others, Func<SampleImage, string> identity)
    {
        Dictionary<string, SampleImage> othersByIdentity = new(StringComparer.Ordinal);
        foreach (SampleImage other in others.Values)
        {
            othersByIdentity.TryAdd(identity(other), other);
        }

        List<SharedPicture> shared = [];
        foreach ((string key, SampleImage image) in pictures)
        {
            if (others.TryGetValue(key, out SampleImage? samePath))
            {
                shared.Add(new SharedPicture(image.RecordedPath, samePath.RecordedPath, ByContent: false));
            }
            else if (othersByIdentity.TryGetValue(identity(image), out SampleImage? sameContent))
            {
                shared.Add(new SharedPicture(image.RecordedPath, sameContent.RecordedPath, ByContent: true));
            }
        }

        return shared;
    }

    private static List<SharedQuestion> SharedQuestions(RecordFile records, RecordFile against, Func<SampleImage, string> identity)
    {
        Dictionary<(string, string), Sample> others = [];
        foreach ((Sample sample, string pictures) in SampleTexts.WithPictures(against, identity, ordered: false))
        {
            others.TryAdd((SampleTexts.Question(sample), pictures), sample);
        }

        List<SharedQuestion> shared = [];
        HashSet<(string, string)> seen = [];
        foreach ((Sample sample, string pictures) in SampleTexts.WithPictures(records, identity, ordered: false))
        {
            (string Question, string) key = (SampleTexts.Question(sample), pictures);
            if (others.TryGetValue(key, out Sample? other) && seen.Add(key))
            {
                shared.Add(new SharedQuestion(key.Question, sample.Source, other.Source));
            }
        }

        return shared;
    }

    private static RecordFault Unreadable(RecordFile records, RecordFile against, string path, string why)
    {
        Sample sample = records.Samples.Concat(against.Samples).First(sample => sample.Images.Any(image => image.FullPath == path));
        return new RecordFault(RecordFaultKind.UnreadablePicture, sample.Source, $"the picture {path} cannot be read: {why}");
    }
}
