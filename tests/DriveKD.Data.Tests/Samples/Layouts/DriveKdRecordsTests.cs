using DriveKD.Data.Samples;

namespace DriveKD.Data.Tests.Samples.Layouts;

public sealed class DriveKdRecordsTests
{
    [Fact]
    public void AddRecord_Messages_FirstUserAndFirstAssistant()
    {
        RecordFile records = RecordText.Read(
            """
            [{"messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "<image>Where is <c1,CAM_BACK,0.5,0.25>?"}, {"role": "assistant", "content": "Behind. "},
                {"role": "user", "content": "Sure?"}, {"role": "assistant", "content": "Yes."}],
              "images": ["x/CAM_BACK/1.jpg"], "question_type": "Perception"}]
            """);

        Sample sample = Assert.Single(records.Samples);
        Assert.Equal("<image>Where is <c1,CAM_BACK,0.5,0.25>?", sample.Question);
        Assert.Equal("Behind. ", sample.Answer);
        Assert.Equal((Capability.Perception, "Perception"), (sample.Capability, sample.QuestionType));
        Assert.Equal(new SampleImage("x/CAM_BACK/1.jpg", null, "CAM_BACK"), Assert.Single(sample.Images));
        Assert.Equal(new ObjectTag("c1", "CAM_BACK", 0.5, 0.25, CoordinateUnit.Normalized), Assert.Single(sample.QuestionObjects));
        Assert.Equal([RecordNotice.SystemMessageDropped, RecordNotice.LaterTurnsDropped], records.Notices.Keys.Order());
    }

    [Fact]
    public void AddRecord_QuestionAndAnswerBesideMessages_QuestionAndAnswerCount()
    {
        RecordFile records = RecordText.Read(
            """
            [{"question": "q1", "answer": "a1", "messages": [{"role": "user", "content": "q2"}, {"role": "assistant", "content": "a2"}],
              "images": [], "type": "d"},
             {"question": "q1", "messages": [{"role": "user", "content": "q2"}, {"role": "assistant", "content": "a2"}], "images": [], "type": "d"}]
            """);

        Assert.Equal([("q1", "a1"), ("q2", "a2")], records.Samples.Select(sample => (sample.Question, sample.Answer!)));
    }

    [Theory]
    [InlineData("\"question_type\": \"plan\"", Capability.Planning)]
    [InlineData("\"type\": \"infer\"", Capability.Reasoning)]
    [InlineData("\"capability\": \"p\"", Capability.Perception)]
    [InlineData("\"question_type\": null, \"type\": \"p\", \"capability\": \"d\"", Capability.Perception)]
    public void AddRecord_TypeKeys_FirstThatIsThere(string keys, Capability expected) =>
        Assert.Equal(
            expected, Assert.Single(RecordText.Read($$"""[{"question": "q", "answer": "a", "images": [], {{keys}}}]""").Samples).Capability);

    [Theory]
    // The question.
    [InlineData("""{"images": [], "type": "p"}""", "MissingQuestion $[0]")]
    [InlineData("""{"question": "", "answer": "a", "images": [], "type": "p"}""", "EmptyQuestion $[0].question")]
    [InlineData("""{"question": "<image> ", "answer": "a", "images": ["a"], "type": "p"}""", "EmptyQuestion $[0].question")]
    [InlineData("""{"question": 5, "answer": "a", "images": [], "type": "p"}""", "WrongType $[0].question")]
    [InlineData("""{"messages": "hi", "images": [], "type": "p"}""", "WrongType $[0].messages")]
    [InlineData("""{"messages": [], "images": [], "type": "p"}""", "MissingQuestion $[0].messages")]
    [InlineData("""{"messages": [7], "images": [], "type": "p"}""", "WrongType $[0].messages[0]")]
    [InlineData("""{"messages": [{"role": "user"}, {"role": "assistant", "content": "a"}], "images": [], "type": "p"}""", "MissingQuestion $[0].messages[0].content")]
    [InlineData("""{"messages": [{"role": "user", "content": [1]}], "images": [], "type": "p"}""", "WrongType $[0].messages[0].content")]
    [InlineData("""{"messages": [{"role": "human", "content": "q"}], "images": [], "type": "p"}""", "WrongType $[0].messages[0].role")]
    [InlineData("""{"messages": [{"content": "q"}], "images": [], "type": "p"}""", "WrongType $[0].messages[0].role")]
    // The answer.
    [InlineData("""{"question": "q", "images": [], "type": "p"}""", "MissingAnswer $[0].answer")]
    [InlineData("""{"question": "q", "answer": " ", "images": [], "type": "p"}""", "MissingAnswer $[0].answer")]
    [InlineData("""{"question": "q", "answer": ["a"], "images": [], "type": "p"}""", "WrongType $[0].answer")]
    [InlineData("""{"messages": [{"role": "user", "content": "q"}], "images": [], "type": "p"}""", "MissingAnswer $[0].messages")]
    [InlineData("""{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": ""}], "images": [], "type": "p"}""", "MissingAnswer $[0].messages[1].content")]
    // The type.
    [InlineData("""{"question": "q", "answer": "a", "images": []}""", "UnknownQuestionType $[0].question_type")]
    [InlineData("""{"question": "q", "answer": "a", "images": [], "type": "rain"}""", "UnknownQuestionType $[0].type")]
    [InlineData("""{"question": "q", "answer": "a", "images": [], "capability": 3}""", "WrongType $[0].capability")]
    // The pictures.
    [InlineData("""{"question": "q", "answer": "a", "type": "p", "messages": 1}""", "MissingImages $[0].images")]
    [InlineData("""{"question": "q", "answer": "a", "type": "p", "images": null}""", "MissingImages $[0].images")]
    [InlineData("""{"question": "q", "answer": "a", "type": "p", "images": "a.jpg"}""", "WrongType $[0].images")]
    [InlineData("""{"question": "q", "answer": "a", "type": "p", "images": ["a", null]}""", "WrongType $[0].images[1]")]
    [InlineData("""{"question": "<image>q", "answer": "a", "type": "p", "images": []}""", "PlaceholderMismatch $[0].question")]
    [InlineData("""{"question": "<image>q", "answer": "a", "type": "p", "images": ["a", "b"]}""", "PlaceholderMismatch $[0].question")]
    // The JSON.
    [InlineData("""{"question": "q", "answer": "a", "answer": "b", "type": "p", "images": []}""", "DuplicateKey $[0].answer")]
    [InlineData("""{"question": "q", "answer": "a\ud800", "type": "p", "images": []}""", "InvalidText $[0].answer")]
    [InlineData("""{"question": "\udc00", "answer": "a", "type": "p", "images": []}""", "InvalidText $[0].question")]
    [InlineData("""{"question": "q", "answer": "a", "type": "\udc00", "images": []}""", "InvalidText $[0].type")]
    [InlineData("""{"question": "q", "answer": "a", "type": "p", "images": [], "x": {"y": [{"z": 1, "z": 2}]}}""", "DuplicateKey $[0].x.y[0].z")]
    public void AddRecord_Faulty_KindAndPlace(string record, params string[] expected) => Assert.Equal(expected, RecordText.Faults($"[{record}]"));

    [Fact]
    public void AddRecord_SeveralFaults_AllOfThem() =>
        Assert.Equal(
            ["UnknownQuestionType $[0].question_type", "MissingImages $[0].images", "EmptyQuestion $[0].question", "MissingAnswer $[0].answer"],
            RecordText.Faults("""[{"question": " ", "answer": "", "question_type": "x"}]"""));

    [Fact]
    public void AddRecord_InvalidUtf8_Fault()
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes($"[{RecordText.DriveKd(answer: "\"a#c\"")}]");
        json[Array.IndexOf(json, (byte)'#')] = 0xff;

        Assert.Contains(RecordText.Read(json, RecordText.Skipping).Faults, fault => fault.Kind == RecordFaultKind.InvalidText);
    }
}
