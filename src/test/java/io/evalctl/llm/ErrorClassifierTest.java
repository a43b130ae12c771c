package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.text.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies as the providers publish them, or as their users report them. */
class ErrorClassifierTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // OpenAI
        "401|{'error':{'message':'Incorrect API key provided:"
            + " sk-x.','type':'invalid_request_error','param':null,'code':'invalid_api_key'}}|AUTH_ERROR",
        "403|{'error':{'message':'Country, region, or territory not"
            + " supported','type':'request_forbidden','param':null,'code':'unsupported_country_region_territory'}}|AUTH_ERROR",
        "404|{'error':{'message':'The model `gpt-9` does not"
            + " exist','type':'invalid_request_error','param':null,'code':'model_not_found'}}|NOT_FOUND",
        "429|{'error':{'message':'Rate limit reached for"
            + " gpt-4o','type':'requests','param':null,'code':'rate_limit_exceeded'}}|RATE_LIMIT",
        "429|{'error':{'message':'You exceeded your current quota, please check your plan and"
            + " billing"
            + " details.','type':'insufficient_quota','param':null,'code':'insufficient_quota'}}|QUOTA_EXCEEDED",
        "429|{'error':{'message':'m','type':'requests','code':'project_spend_limit_exceeded'}}|QUOTA_EXCEEDED",
        "429|{'error':{'message':'m','type':'requests','code':'organization_spend_limit_exceeded'}}|QUOTA_EXCEEDED",
        "429|{'error':{'message':'m','type':'requests','code':'organization_usage_limit_exceeded'}}|QUOTA_EXCEEDED",
        "429|{'error':{'message':'m','type':'invalid_request_error','code':'credit_balance_exhausted'}}|QUOTA_EXCEEDED",
        "400|{'error':{'message':'Unsupported"
            + " value','type':'invalid_request_error','param':'temperature','code':'unsupported_value'}}|VALIDATION_ERROR",
        "400|{'error':{'message':'m','type':'invalid_request_error','param':'messages','code':'context_length_exceeded'}}|VALIDATION_ERROR",
        "500|{'error':{'message':'The server had an error while processing your"
            + " request','type':'server_error','param':null,'code':null}}|SERVER_ERROR",
        "503|{'error':{'message':'The engine is currently overloaded, please try again"
            + " later','type':'server_error'}}|RATE_LIMIT",
        "503|{'error':{'message':'Slow down','type':'server_error','code':'slow_down'}}|RATE_LIMIT",
        // Anthropic
        "400|{'type':'error','error':{'type':'invalid_request_error','message':'max_tokens: Field"
            + " required'},'request_id':'req_1'}|VALIDATION_ERROR",
        "400|{'type':'error','error':{'type':'invalid_request_error','message':'Your credit balance"
            + " is too low to access the Anthropic API.'}}|QUOTA_EXCEEDED",
        "400|{'type':'error','error':{'type':'invalid_request_error','message':'You have reached"
            + " your specified API usage limits. You will regain access on 2026-12-01 at 00:00"
            + " UTC.'}}|QUOTA_EXCEEDED",
        "401|{'type':'error','error':{'type':'authentication_error','message':'invalid"
            + " x-api-key'}}|AUTH_ERROR",
        "402|{'type':'error','error':{'type':'billing_error','message':'m'}}|QUOTA_EXCEEDED",
        "403|{'type':'error','error':{'type':'permission_error','message':'m'}}|AUTH_ERROR",
        "404|{'type':'error','error':{'type':'not_found_error','message':'model:"
            + " claude-9'}}|NOT_FOUND",
        "413|{'type':'error','error':{'type':'request_too_large','message':'m'}}|VALIDATION_ERROR",
        "429|{'type':'error','error':{'type':'rate_limit_error','message':'m'}}|RATE_LIMIT",
        "429|{'type':'error','error':{'type':'rate_limit_error','message':'m','details':{'error_code':'enforced_spend_limit_reached'}}}|QUOTA_EXCEEDED",
        "500|{'type':'error','error':{'type':'api_error','message':'Internal server"
            + " error'}}|SERVER_ERROR",
        "529|{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}|RATE_LIMIT",
        "529|{'type':'error'}|SERVER_ERROR",
        "504|{'type':'error','error':{'type':'timeout_error','message':'Request timed"
            + " out'}}|SERVER_ERROR",
        // Google
        "400|{'error':{'code':400,'message':'API key not valid. Please pass a valid API"
            + " key.','status':'INVALID_ARGUMENT','details':[{'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'API_KEY_INVALID','domain':'googleapis.com'}]}}|AUTH_ERROR",
        "400|{'error':{'code':400,'message':'Invalid JSON payload"
            + " received.','status':'INVALID_ARGUMENT'}}|VALIDATION_ERROR",
        "403|{'error':{'code':403,'message':'m','status':'PERMISSION_DENIED'}}|AUTH_ERROR",
        "404|{'error':{'code':404,'message':'models/gemini-9 is not"
            + " found','status':'NOT_FOUND'}}|NOT_FOUND",
        "429|{'error':{'code':429,'message':'You exceeded your current quota, please check your"
            + " plan and billing details.','status':'RESOURCE_EXHAUSTED'}}|RATE_LIMIT",
        "503|{'error':{'code':503,'message':'m','status':'RESOURCE_EXHAUSTED'}}|RATE_LIMIT",
        "503|{'error':{'code':503,'message':'The model is overloaded. Please try again"
            + " later.','status':'UNAVAILABLE'}}|RATE_LIMIT",
        "503|{'error':{'code':503,'message':'m','status':'UNAVAILABLE'}}|SERVER_ERROR",
        "500|[{'error':{'code':500,'message':'m','status':'INTERNAL'}}]|SERVER_ERROR",
        // xAI
        "400|{'code':'Client specified an invalid argument','error':'Incorrect API key provided:"
            + " xa***. You can obtain an API key from https://console.x.ai.'}|AUTH_ERROR",
        "400|{'code':'Client specified an invalid argument','error':'Argument not supported on this"
            + " model: stop'}|VALIDATION_ERROR",
        "404|{'code':'Some requested entity was not found','error':'The model grok-9 does not"
            + " exist'}|NOT_FOUND",
        "429|{'code':'Some resource has been exhausted','error':'Your team 1 has either used all"
            + " available credits or reached its monthly spending limit.'}|QUOTA_EXCEEDED",
        "429|{'code':'Some resource has been exhausted','error':'Too many requests for team"
            + " 1'}|RATE_LIMIT",
        "403|{'code':'The caller does not have permission to execute the specified"
            + " operation','error':'Your newly created team does not have permission'}|AUTH_ERROR",
        // DeepSeek
        "401|{'error':{'message':'Authentication"
            + " Fails','type':'authentication_error','param':null,'code':'invalid_request_error'}}|AUTH_ERROR",
        "402|{'error':{'message':'Insufficient"
            + " Balance','type':'unknown_error','param':null,'code':'invalid_request_error'}}|QUOTA_EXCEEDED",
        "422|{'error':{'message':'m','type':'invalid_request_error','param':null,'code':'invalid_request_error'}}|VALIDATION_ERROR",
        "503|{'error':{'message':'Service is too"
            + " busy','type':'service_unavailable_error'}}|SERVER_ERROR",
        // Mistral
        "401|{'detail':'Unauthorized'}|AUTH_ERROR",
        "422|{'detail':[{'type':'extra_forbidden','loc':['body','seed'],'msg':'Extra inputs are not"
            + " permitted','input':1}]}|VALIDATION_ERROR",
        "400|{'object':'error','message':'Invalid model:"
            + " mistral-9','type':'invalid_model','param':null,'code':'1500'}|VALIDATION_ERROR",
        "429|{'object':'error','message':'Requests rate limit"
            + " exceeded','type':'rate_limited','param':null,'code':'1300'}|RATE_LIMIT",
        "429|{'object':'error','message':'Service tier capacity exceeded for this"
            + " model.','type':'service_tier_capacity_exceeded','param':null,'code':'3505'}|RATE_LIMIT",
        "500|{'object':'error','message':'Service"
            + " unavailable.','type':'internal_server_error','param':null,'code':'1000'}|SERVER_ERROR",
        // Anybody
        "408|{}|SERVER_ERROR",
        "409|{}|SERVER_ERROR",
        "400|{'error':{'message':'your billing address is not a valid argument'}}|VALIDATION_ERROR",
        "403|{'error':{'message':'no credits for you'}}|AUTH_ERROR",
        "405|{}|UNKNOWN",
        "301|{}|NOT_FOUND",
        "308|{}|NOT_FOUND",
        "304|{}|UNKNOWN",
        "418|{}|UNKNOWN",
        "599|'oops'|SERVER_ERROR",
        "200|{'error':{'message':'Provider returned error','code':502}}|SERVER_ERROR",
        "200|{'error':{'message':'m','code':429}}|RATE_LIMIT",
        "200|{'error':{'message':'m','code':'503'}}|SERVER_ERROR",
        "200|{'error':{'message':'m','code':1e1000}}|INVALID_RESPONSE",
        "200|{'error':{'message':'m','type':'overloaded_error'}}|RATE_LIMIT",
        "200|{'error':{'message':'m'}}|INVALID_RESPONSE"
      })
  void classifies(int status, String body, LlmErrorCode code) throws IOException {
    ErrorBody error = ErrorBody.read(Json.read(body.replace('\'', '"')));
    assertThat(ErrorClassifier.classify(status, error)).isEqualTo(code);
  }

  @Test
  void aBodyThatIsNoJsonLeavesTheStatus() {
    assertThat(ErrorClassifier.classify(502, ErrorBody.NONE)).isEqualTo(LlmErrorCode.SERVER_ERROR);
    assertThat(ErrorClassifier.classify(429, ErrorBody.NONE)).isEqualTo(LlmErrorCode.RATE_LIMIT);
  }

  @Test
  void readsTheMessageOfEveryForm() throws IOException {
    assertThat(
            message("{'detail':[{'loc':['body','seed'],'msg':'Extra inputs are not permitted'}]}"))
        .isEqualTo("body.seed: Extra inputs are not permitted");
    assertThat(message("{'code':'x','error':'Incorrect API key'}")).isEqualTo("Incorrect API key");
    assertThat(message("{'object':'error','message':'slow'}")).isEqualTo("slow");
    assertThat(message("{'object':'error','message':{'detail':[{'loc':['a'],'msg':'b'}]}}"))
        .isEqualTo("a: b");
    assertThat(message("[{'error':{'message':'wrapped'}}]")).isEqualTo("wrapped");
    assertThat(message("{}")).isNull();
    assertThat(message("[]")).isNull();
    assertThat(message("7")).isNull();
  }

  @Test
  void aSuccessIsNoError() throws IOException {
    assertThat(ErrorBody.isError(Json.read("{\"error\":null,\"object\":\"chat.completion\"}")))
        .isFalse();
    assertThat(ErrorBody.isError(Json.read("{\"error\":\"bad\"}"))).isTrue();
  }

  private static String message(String body) throws IOException {
    return ErrorBody.read(Json.read(body.replace('\'', '"'))).message();
  }
}
