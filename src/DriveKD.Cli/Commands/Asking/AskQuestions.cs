using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>The questions of a command line: its arguments, then the lines of a file; standard input where either says so.</summary>
internal static class AskQuestions
{
    /// <summary>Reads them all before anything is asked.</summary>
    /// <param name="settings">What the user wrote.</param>
    /// <param name="input">Standard input.</param>
    /// <returns>At least one, in order; empty lines are none.</returns>
    /// <exception cref="InputException">There is none, a file cannot be read, or standard input is named twice.</exception>
    public static IReadOnlyList<string> Read(AskSettings settings, TextReader input)
    {
        List<string> questions = [];
        bool wasRead = false;
        foreach (string question in settings.Questions)
        {
            questions.AddRange(question == AskSettings.StandardInput ? Input() : [question]);
        }

        if (settings.QuestionsFile is string file)
        {
            questions.AddRange(file == AskSettings.StandardInput ? Input() : Lines(file));
        }

        return questions.Count > 0
            ? questions
            : throw new InputException("QUESTION", wasRead || settings.QuestionsFile is not null
                ? "is missing: there was no line with text to read."
                : "is missing: drivekd ask FOLDER \"QUESTION\", several of them, - for lines of standard input, or --questions FILE.");

        List<string> Input()
        {
            if (wasRead)
            {
                throw new InputException("QUESTION", "names standard input (-) twice; it can be read once.");
            }

            wasRead = true;
            return WithText(ReadLines(input));
        }
    }

    private static List<string> Lines(string file)
    {
        try
        {
            return WithText(File.ReadLines(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"the questions could not be read: {exception.Message}", exception);
        }
    }

    private static IEnumerable<string> ReadLines(TextReader input)
    {
        while (input.ReadLine() is string line)
        {
            yield return line;
        }
    }

    private static List<string> WithText(IEnumerable<string> lines) => [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0)];
}
