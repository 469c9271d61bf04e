using System.Text.Json;
using DriveKD.Data.Samples.Json;
using DriveKD.Data.Samples.Pictures;

namespace DriveKD.Data.Samples.Layouts;

/// <summary>Takes what the layouts' readers find: checks each record, keeps the sound ones and every fault.</summary>
internal sealed class SampleCollector
{
    private readonly string _file;
    private readonly RecordReadOptions _options;
    private readonly ImageRoot? _root;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<RecordNotice, int> _notices = [];
    private readonly List<Sample> _samples = [];
    private readonly List<RecordFault> _faults = [];
    private int _blockingFaults;

    public SampleCollector(string file, RecordReadOptions options)
    {
        _file = file;
        _options = options;
        _root = options.ImageRoot is null ? null : new ImageRoot(options.ImageRoot);
    }

    public IReadOnlyList<RecordFault> Faults => _faults;

    /// <summary>How many records were begun; the number of the present or next one.</summary>
    public int RecordCount { get; private set; }

    /// <summary>A mark to tell later whether a fault came up that makes a record unfit.</summary>
    public int BlockingFaults => _blockingFaults;

    public void AddFault(RecordFaultKind kind, string path, string what)
    {
        _faults.Add(new RecordFault(kind, new SourcePosition(_file, RecordCount, path), what));
        bool isPicture = kind is RecordFaultKind.MissingPicture or RecordFaultKind.EmptyPicture or RecordFaultKind.PictureOutsideRoot;
        _blockingFaults += isPicture && _options.KeepSamplesWithoutPictures ? 0 : 1;
    }

    public void AddTextFaults(RecordNode node, string path, RecordNode? except = null)
    {
        foreach ((RecordFaultKind kind, string where, string what) in node.TextFaults(path, except))
        {
            AddFault(kind, where, what);
        }
    }

    public void AddNotice(RecordNotice notice) => _notices[notice] = _notices.GetValueOrDefault(notice) + 1;

    /// <summary>A value of the type that the layout has there, or null with a fault. Null and absent are no fault here.</summary>
    public RecordNode? Expect(RecordNode? node, JsonValueKind kind, string path, string expected)
    {
        if (node is null || node.Kind == kind)
        {
            return node;
        }

        AddFault(RecordFaultKind.WrongType, path, $"found {node.Description}, expected {expected}.");
        return null;
    }

    /// <summary>An optional text.</summary>
    public string? ReadText(RecordNode record, string path, string name) =>
        Expect(record.FindPresent(name), JsonValueKind.String, JsonPath.Property(path, name), "a text")?.Text;

    /// <summary>The scorer's tags: absent, or a list of whole numbers.</summary>
    public IReadOnlyList<int> ReadTags(RecordNode record, string path)
    {
        string tagPath = JsonPath.Property(path, "tag");
        if (Expect(record.FindPresent("tag"), JsonValueKind.Array, tagPath, "a list of whole numbers") is not { Items.Count: > 0 } list)
        {
            return [];
        }

        int[] tags = new int[list.Items.Count];
        for (int i = 0; i < tags.Length; i++)
        {
            RecordNode item = list.Items[i];
            if (item.Kind != JsonValueKind.Number
                || !int.TryParse(item.Text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out tags[i]))
            {
                AddFault(RecordFaultKind.WrongType, JsonPath.Item(tagPath, i), $"found {item.Description}, expected a whole number.");
            }
        }

        return tags;
    }

    /// <summary>A question type's capability, or null with a fault.</summary>
    public Capability? ReadCapability(string? questionType, string path)
    {
        if (HasFaultAt(path))
        {
            return null;
        }

        if (questionType is null)
        {
            AddFault(RecordFaultKind.UnknownQuestionType, path, $"there is no question type; expected {CapabilityNames.Expected}.");
            return null;
        }

        Capability? capability = CapabilityNames.Find(questionType);
        if (capability is null)
        {
            string shown = questionType.Length <= 60 ? questionType : questionType[..60] + "...";
            AddFault(RecordFaultKind.UnknownQuestionType, path, $"'{shown}' is no known question type; expected {CapabilityNames.Expected}.");
        }

        return capability;
    }

    public SampleImage ReadImage(string recorded, string? camera, string path)
    {
        PictureResolution resolution = default;
        if (_root is not null)
        {
            resolution = _root.Resolve(recorded);
            if (resolution.FullPath is null)
            {
                AddFault(resolution.Fault, path, resolution.What);
            }
        }

        return new SampleImage(Pool(recorded), resolution.FullPath, camera ?? PicturePath.Camera(recorded));
    }

    /// <summary>Pictures by camera (DriveLM, DriveBench), in the order of the file; a camera with null has no picture.</summary>
    public IReadOnlyList<SampleImage>? ReadImagesByCamera(RecordNode record, string path, string name)
    {
        string mapPath = JsonPath.Property(path, name);
        if (record.FindPresent(name) is not RecordNode found)
        {
            AddFault(RecordFaultKind.MissingImages, mapPath, "there are no pictures; expected an object of camera: path.");
            return null;
        }

        if (Expect(found, JsonValueKind.Object, mapPath, "an object of camera: path") is not RecordNode map)
        {
            return null;
        }

        List<SampleImage> images = new(map.Properties.Count);
        foreach ((string camera, RecordNode value) in map.Properties)
        {
            string imagePath = JsonPath.Property(mapPath, camera);
            if (value.Kind != JsonValueKind.Null && Expect(value, JsonValueKind.String, imagePath, "a picture's path, or null") is RecordNode text)
            {
                images.Add(ReadImage(text.Text, Pool(camera), imagePath));
            }
        }

        if (images.Count == 0 && map.Properties.TrueForAll(property => property.Value.Kind == JsonValueKind.Null))
        {
            AddFault(RecordFaultKind.MissingImages, mapPath, "no camera has a picture; expected an object of camera: path.");
        }

        return images;
    }

    /// <summary>Counts a record and keeps its sample where it is sound.</summary>
    /// <param name="draft">The record's content.</param>
    /// <param name="faultsBefore"><see cref="BlockingFaults"/> as it was before the record, or before what it depends on.</param>
    /// <param name="listPath">The list that the record stands in.</param>
    /// <param name="item">Its number there.</param>
    public void AddRecord(SampleDraft draft, int faultsBefore, string listPath, int item)
    {
        CheckTexts(draft);
        if (_blockingFaults == faultsBefore
            && draft is { Question: string question, QuestionType: string type, Capability: Capability capability, Images: IReadOnlyList<SampleImage> images })
        {
            string? answer = string.IsNullOrWhiteSpace(draft.Answer) ? null : Pool(draft.Answer);
            _samples.Add(new Sample
            {
                Images = images,
                Question = Pool(question),
                Answer = answer,
                Capability = capability,
                QuestionType = Pool(type),
                Scene = draft.Scene is null ? null : Pool(draft.Scene),
                Frame = draft.Frame is null ? null : Pool(draft.Frame),
                Tags = draft.Tags,
                QuestionObjects = FindObjects(question, draft),
                AnswerObjects = answer is null ? [] : FindObjects(answer, draft),
                Prediction = draft.Prediction,
                Source = new SourcePosition(_file, RecordCount, listPath, item),
            });
        }

        RecordCount++;
    }

    /// <summary>Counts records that cannot be read at all.</summary>
    public void AddUnreadable(int count = 1) => RecordCount += count;

    public RecordFile ToRecordFile(RecordLayout layout)
    {
        if (_options.Answers == AnswerRule.AllOrNone && _samples.Exists(sample => sample.Answer is not null))
        {
            foreach (Sample sample in _samples.Where(sample => sample.Answer is null))
            {
                _faults.Add(new RecordFault(
                    RecordFaultKind.MissingAnswer, sample.Source, "the question has no answer, although others in the file have one; answer it or take it out."));
            }

            _samples.RemoveAll(sample => sample.Answer is null);
        }

        return new RecordFile
        {
            File = _file,
            Layout = layout,
            Samples = _samples,
            Faults = [.. _faults.OrderBy(fault => fault.Position.Index)],
            RecordCount = RecordCount,
            Notices = _notices,
        };
    }

    private void CheckTexts(SampleDraft draft)
    {
        if (draft.Question is not string question)
        {
            return;
        }

        int placeholders = CountPlaceholders(question);
        if (!HasFaultAt(draft.QuestionPath)
            && string.IsNullOrWhiteSpace(placeholders == 0 ? question : question.Replace(Sample.ImagePlaceholder, "", StringComparison.Ordinal)))
        {
            AddFault(RecordFaultKind.EmptyQuestion, draft.QuestionPath, "the question is blank; write it or take the record out.");
        }

        if (draft.Images is { } images)
        {
            if (placeholders > 0 && placeholders != images.Count)
            {
                AddFault(
                    RecordFaultKind.PlaceholderMismatch,
                    draft.QuestionPath,
                    $"the question holds {placeholders} {Sample.ImagePlaceholder} for {images.Count} picture{(images.Count == 1 ? "" : "s")}; "
                    + "write one per picture, or none: then all pictures stand in front of the question.");
            }
            else if (placeholders == 0 && images.Count > 0)
            {
                AddNotice(RecordNotice.ImagesPutInFront);
            }
        }

        if (_options.Answers == AnswerRule.Required && string.IsNullOrWhiteSpace(draft.Answer) && !HasFaultAt(draft.AnswerPath))
        {
            AddFault(RecordFaultKind.MissingAnswer, draft.AnswerPath, "the question has no answer; answer it or take it out.");
        }
    }

    private static IReadOnlyList<ObjectTag> FindObjects(string text, SampleDraft draft)
    {
        IReadOnlyList<ObjectTag> tags = ObjectTag.FindAll(text, draft.Unit);
        return draft.Boxes is { Count: > 0 } boxes && tags.Count > 0
            ? [.. tags.Select(tag => boxes.TryGetValue((tag.Id, tag.Camera), out ObjectBox box) ? tag with { Box = box } : tag)]
            : tags;
    }

    // What was said of a value's type or text need not be said again of its meaning.
    private bool HasFaultAt(string path)
    {
        for (int i = _faults.Count - 1; i >= 0 && _faults[i].Position.Index == RecordCount; i--)
        {
            if (_faults[i].Position.JsonPath == path)
            {
                return true;
            }
        }

        return false;
    }

    private static int CountPlaceholders(string question) => question.AsSpan().Count(Sample.ImagePlaceholder);

    // Driving records repeat their texts thousands of times: each is kept once.
    private string Pool(string text)
    {
        if (_texts.TryGetValue(text, out string? pooled))
        {
            return pooled;
        }

        _texts.Add(text, text);
        return text;
    }
}
