using DriveKD.Evaluation.Clients;

namespace DriveKD.Evaluation.Judge;

/// <summary>Has one answer judged: asks, checks the reply, asks once more with what was wrong.</summary>
internal sealed class AnswerJudge(ReplySource replies)
{
    /// <summary>Judges an answer.</summary>
    /// <param name="item">A record without an obstacle.</param>
    /// <param name="repeat">0 for the judgement itself.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    public async Task<JudgeVerdict> AskAsync(JudgeItem item, int repeat, CancellationToken cancellation)
    {
        string message = JudgePrompt.Write(item);
        bool isAgain = false;
        try
        {
            (JudgeReply reply, string text) = await ReadAsync(message, item.Rubric!, repeat, cancellation).ConfigureAwait(false);
            if (reply.Score is null)
            {
                isAgain = true;
                string again = JudgePrompt.WriteAgain(message, text, reply.Problem!);
                (reply, _) = await ReadAsync(again, item.Rubric!, repeat, cancellation).ConfigureAwait(false);
            }

            return reply.Score is null
                ? JudgeVerdict.Without("the judge's reply could not be used, twice", reply.Problem, isAgain)
                : new JudgeVerdict { Reply = reply, WasAskedAgain = isAgain };
        }
        catch (NotAskedException exception)
        {
            return JudgeVerdict.Without($"not asked: {exception.Message}", wasAskedAgain: isAgain);
        }
        catch (EndpointException exception)
        {
            return JudgeVerdict.Without($"no reply: {Describe(exception.Fault)}", exception.What, isAgain);
        }
        catch (JudgeRefusalException exception)
        {
            return JudgeVerdict.Without("the judge failed on the question", exception.Message, isAgain);
        }
    }

    private async Task<(JudgeReply Reply, string Text)> ReadAsync(string message, Rubric rubric, int repeat, CancellationToken cancellation)
    {
        CachedReply reply = await replies.GetAsync(message, repeat, cancellation).ConfigureAwait(false);
        JudgeReply read = JudgeReplyReader.Read(reply.Text, rubric);
        return (read.Score is null && reply.IsCutOff ? read with { Problem = $"{read.Problem}; it was cut off at the greatest number of tokens" } : read, reply.Text);
    }

    private static string Describe(EndpointFault fault) => fault switch
    {
        EndpointFault.Unreachable => "unreachable",
        EndpointFault.Dropped => "the connection broke off",
        EndpointFault.Timeout => "time-out",
        EndpointFault.Unauthorized => "the key was refused",
        EndpointFault.NotFound => "no such model or address",
        EndpointFault.Refused => "the request was refused",
        EndpointFault.TooManyRequests => "too many requests",
        EndpointFault.NoCredit => "no credit left",
        EndpointFault.ServerError => "the server failed",
        EndpointFault.Moved => "the address has moved",
        EndpointFault.TooLarge => "the reply was too large",
        _ => "the reply was malformed",
    };
}
